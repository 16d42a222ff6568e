package facteur.config.yaml;

import facteur.config.yaml.YamlValue.Field;
import facteur.config.yaml.YamlValue.Fields;
import facteur.config.yaml.YamlValue.Items;
import facteur.config.yaml.YamlValue.Nothing;
import facteur.config.yaml.YamlValue.Place;
import facteur.config.yaml.YamlValue.Text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One mapping of a YAML file, asked key by key. A key that is asked for is thereby known: what is
 * left over when the binder is done was misspelt, and is refused with the nearest known key.
 *
 * <p>A wrong value is noted, and something harmless stands in for it so that reading goes on and
 * every problem of the file is found in one run; a file with problems never becomes settings.
 */
public final class Section {
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Place at;
    private final String path;
    private final Problems problems;

    Section(Fields fields, String path, Problems problems) {
        this.at = fields.at();
        this.path = path;
        this.problems = problems;
        for (Field field : fields.fields()) {
            Field first = this.fields.putIfAbsent(field.name(), field);
            if (first != null) {
                problems.add(
                        field.at(),
                        pathOf(field.name()),
                        "stands twice, first in line " + first.at().line());
            }
        }
    }

    public boolean has(String key) {
        return ask(key).isPresent();
    }

    /** The value of {@code key}, or {@code otherwise} when the file does not say. */
    public <T> T value(String key, Scalar<T> scalar, T otherwise) {
        return optional(key, scalar).orElse(otherwise);
    }

    public <T> Optional<T> optional(String key, Scalar<T> scalar) {
        return ask(key).flatMap(value -> parse(value, pathOf(key), scalar));
    }

    /**
     * The value of a key that must stand there.
     *
     * @param standIn keeps the reading going; never seen, since the problem is noted
     */
    public <T> T required(String key, Scalar<T> scalar, T standIn) {
        Optional<YamlValue> value = ask(key);
        if (value.isEmpty()) {
            problems.add(
                    at,
                    pathOf(key),
                    "missing; allowed: " + scalar.allowed() + "; example: " + scalar.example());
            return standIn;
        }
        return parse(value.get(), pathOf(key), scalar).orElse(standIn);
    }

    /** A list of single values; one value alone counts as a list of one. */
    public <T> List<T> list(String key, Scalar<T> scalar, List<T> otherwise) {
        return ask(key).map(value -> parseList(value, pathOf(key), scalar)).orElse(otherwise);
    }

    /** A list of single values, or the word {@code any}, for which the answer is empty. */
    public <T> Optional<List<T>> anyOrList(String key, Scalar<T> scalar) {
        Scalar<T> orAny =
                new Scalar<>(
                        "any, or a list of " + scalar.allowed(), scalar.example(), scalar.parse());
        return ask(key).filter(value -> !(value instanceof Text text && text.value().equals("any")))
                .map(value -> parseList(value, pathOf(key), orAny));
    }

    /** A mapping below this one; when it is not there its binder reads an empty one. */
    public <T> T section(String key, Function<Section, T> binder) {
        return this.<T>optionalSection(key, binder)
                .orElseGet(
                        () ->
                                binder.apply(
                                        new Section(
                                                new Fields(List.of(), at), pathOf(key), problems)));
    }

    public <T> Optional<T> optionalSection(String key, Function<Section, T> binder) {
        return ask(key).flatMap(value -> bind(value, pathOf(key), binder));
    }

    /** A list of mappings. */
    public <T> List<T> sections(String key, Function<Section, T> binder, List<T> otherwise) {
        return ask(key).map(value -> bindAll(value, pathOf(key), binder)).orElse(otherwise);
    }

    /** Every key of this mapping with its section, for mappings whose keys are names. */
    public <T> Map<String, T> named(Function<Section, T> binder) {
        Map<String, T> all = new LinkedHashMap<>();
        for (Field field : fields.values()) {
            asked.add(field.name());
            bind(field.value(), pathOf(field.name()), binder)
                    .ifPresent(value -> all.put(field.name(), value));
        }
        return all;
    }

    /** Reads a value that may carry a tag such as {@code !file}. */
    public <T> Optional<T> tagged(String key, TaggedReader<T> reader) {
        Optional<YamlValue> value = ask(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!(value.get() instanceof Text text)) {
            problems.add(value.get().at(), pathOf(key), "not a single value");
            return Optional.empty();
        }
        return switch (reader.read(text.tag(), text.value())) {
            case TaggedReader.Outcome.Good<T>(T good) -> Optional.of(good);
            case TaggedReader.Outcome.Bad<T>(String why) -> {
                problems.add(text.at(), pathOf(key), why);
                yield Optional.empty();
            }
        };
    }

    /** Reads a text with its tag. */
    public interface TaggedReader<T> {
        Outcome<T> read(String tag, String text);

        /** A value, or what to say about the text. */
        sealed interface Outcome<T> {
            record Good<T>(T value) implements Outcome<T> {}

            record Bad<T>(String why) implements Outcome<T> {}
        }
    }

    /**
     * Notes a problem that only the binder can see, at the place of {@code key} or of its section.
     */
    public void problem(String key, String what) {
        Place place = Optional.ofNullable(fields.get(key)).map(f -> f.value().at()).orElse(at);
        problems.add(place, pathOf(key), what);
    }

    void refuseUnknownKeys() {
        for (Field field : fields.values()) {
            if (!asked.contains(field.name())) {
                problems.add(
                        field.at(),
                        pathOf(field.name()),
                        Nearest.to(field.name(), asked)
                                .map(known -> "unknown key; did you mean " + known + "?")
                                .orElse(
                                        "unknown key; allowed: "
                                                + String.join(
                                                        ", ", asked.stream().sorted().toList())));
            }
        }
    }

    private Optional<YamlValue> ask(String key) {
        asked.add(key);
        return Optional.ofNullable(fields.get(key))
                .map(Field::value)
                .filter(value -> !(value instanceof Nothing));
    }

    private <T> Optional<T> parse(YamlValue value, String key, Scalar<T> scalar) {
        if (!(value instanceof Text text) || !text.tag().isEmpty()) {
            problems.add(value.at(), key, "not a plain value" + instead(scalar));
            return Optional.empty();
        }
        Optional<T> parsed = scalar.parse().apply(text.value());
        if (parsed.isEmpty()) {
            problems.add(
                    value.at(), key, "\"" + text.value() + "\" cannot be read" + instead(scalar));
        }
        return parsed;
    }

    private static String instead(Scalar<?> scalar) {
        return "; allowed: " + scalar.allowed() + "; example: " + scalar.example();
    }

    private <T> List<T> parseList(YamlValue value, String key, Scalar<T> scalar) {
        List<YamlValue> values = value instanceof Items items ? items.values() : List.of(value);
        return values.stream().flatMap(item -> parse(item, key, scalar).stream()).toList();
    }

    private <T> Optional<T> bind(YamlValue value, String key, Function<Section, T> binder) {
        if (!(value instanceof Fields below)) {
            problems.add(value.at(), key, "not a mapping of keys to values");
            return Optional.empty();
        }
        Section section = new Section(below, key, problems);
        T bound = binder.apply(section);
        section.refuseUnknownKeys();
        return Optional.of(bound);
    }

    private <T> List<T> bindAll(YamlValue value, String key, Function<Section, T> binder) {
        if (!(value instanceof Items items)) {
            problems.add(value.at(), key, "not a list of mappings");
            return List.of();
        }
        List<T> all = new ArrayList<>();
        for (int i = 0; i < items.values().size(); i++) {
            bind(items.values().get(i), key + "[" + i + "]", binder).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
