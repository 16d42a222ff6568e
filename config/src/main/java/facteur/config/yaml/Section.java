package facteur.config.yaml;

import facteur.config.yaml.Setting.Value;
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
 * left over when the binder is done was misspelt, and is refused with the nearest known key. What
 * asking came to is noted, so that everything that holds can be shown with where it was said; a
 * value that carries a tag is noted by its tag alone.
 *
 * <p>A wrong value is noted, and something harmless stands in for it so that reading goes on and
 * every problem of the file is found in one run; a file with problems never becomes settings.
 */
public final class Section {
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Place at;
    private final String path;
    private final boolean written;
    private final Problems problems;
    private final KeysRead keysRead;

    /**
     * @param written whether the file says what stands in it, rather than a default
     */
    Section(Fields fields, String path, boolean written, Problems problems, KeysRead keysRead) {
        this.at = fields.at();
        this.path = path;
        this.written = written;
        this.problems = problems;
        this.keysRead = keysRead;
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
        Optional<T> said = parsed(key, scalar);
        note(key, one(key, scalar, otherwise), said.filter(v -> !v.equals(otherwise)).isEmpty());
        return said.orElse(otherwise);
    }

    public <T> Optional<T> optional(String key, Scalar<T> scalar) {
        Optional<T> said = parsed(key, scalar);
        Value shown = ask(key).map(Section::shown).orElseGet(Value.Unset::new);
        note(key, shown, said.isEmpty());
        return said;
    }

    /**
     * The value of a key that must stand there.
     *
     * @param standIn keeps the reading going; never seen, since the problem is noted
     */
    public <T> T required(String key, Scalar<T> scalar, T standIn) {
        Optional<T> said = parsed(key, scalar);
        if (ask(key).isEmpty()) {
            problems.add(
                    at,
                    pathOf(key),
                    "missing; allowed: " + scalar.allowed() + "; example: " + scalar.example());
        }
        note(key, one(key, scalar, standIn), false);
        return said.orElse(standIn);
    }

    /** A list of single values; one value alone counts as a list of one. */
    public <T> List<T> list(String key, Scalar<T> scalar, List<T> otherwise) {
        Optional<List<T>> said = ask(key).map(value -> parseList(value, pathOf(key), scalar));
        Value shown =
                ask(key).map(Section::shownItems)
                        .orElseGet(
                                () ->
                                        new Value.Several(
                                                otherwise.stream().map(scalar.write()).toList()));
        note(key, shown, said.filter(values -> !values.equals(otherwise)).isEmpty());
        return said.orElse(otherwise);
    }

    /** A list of single values, or the word {@code any}, for which the answer is empty. */
    public <T> Optional<List<T>> anyOrList(String key, Scalar<T> scalar) {
        Scalar<T> orAny =
                new Scalar<>(
                        "any, or a list of " + scalar.allowed(),
                        scalar.example(),
                        scalar.parse(),
                        scalar.write());
        Optional<YamlValue> said =
                ask(key).filter(
                                value ->
                                        !(value instanceof Text text
                                                && text.value().equals("any")));
        Value shown = said.map(Section::shownItems).orElseGet(() -> new Value.One("any"));
        note(key, shown, said.isEmpty());
        return said.map(value -> parseList(value, pathOf(key), orAny));
    }

    /** A mapping below this one; when it is not there its binder reads an empty one. */
    public <T> T section(String key, Function<Section, T> binder) {
        return ask(key).flatMap(value -> bind(value, pathOf(key), binder))
                .orElseGet(() -> binder.apply(unwritten(new Fields(List.of(), at), pathOf(key))));
    }

    public <T> Optional<T> optionalSection(String key, Function<Section, T> binder) {
        Optional<YamlValue> said = ask(key);
        if (said.isEmpty()) {
            note(key, new Value.Unset(), true);
        }
        return said.flatMap(value -> bind(value, pathOf(key), binder));
    }

    /**
     * A list of mappings.
     *
     * @param otherwise what is read where the file has none, as it would be written
     */
    public <T> List<T> sections(
            String key, Function<Section, T> binder, List<Map<String, String>> otherwise) {
        Optional<YamlValue> said = ask(key);
        List<T> all =
                said.map(value -> bindAll(value, pathOf(key), binder))
                        .orElseGet(() -> bindOtherwise(otherwise, pathOf(key), binder));
        if (all.isEmpty()) {
            note(key, new Value.Several(List.of()), otherwise.isEmpty());
        }
        return all;
    }

    /** Every key of this mapping with its section, for mappings whose keys are names. */
    public <T> Map<String, T> named(Function<Section, T> binder) {
        Map<String, T> all = new LinkedHashMap<>();
        for (Field field : fields.values()) {
            known.add(field.name());
            bind(field.value(), pathOf(field.name()), binder)
                    .ifPresent(value -> all.put(field.name(), value));
        }
        return all;
    }

    /** Reads a secret: a value that may carry a tag such as {@code !file}. */
    public <T> Optional<T> tagged(String key, TaggedReader<T> reader) {
        Optional<YamlValue> value = ask(key);
        Value shown = value.<Value>map(Section::hidden).orElseGet(Value.Unset::new);
        note(key, shown, value.isEmpty());
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
            if (problems.refusesUnknownKeys() && !known.contains(field.name())) {
                problems.add(
                        field.at(),
                        pathOf(field.name()),
                        DidYouMean.to(field.name(), known)
                                .map(near -> "unknown key; did you mean " + near + "?")
                                .orElse(
                                        "unknown key; allowed: "
                                                + String.join(
                                                        ", ", known.stream().sorted().toList())));
            }
        }
    }

    private Optional<YamlValue> ask(String key) {
        known.add(key);
        return Optional.ofNullable(fields.get(key))
                .map(Field::value)
                .filter(value -> !(value instanceof Nothing));
    }

    private <T> Optional<T> parsed(String key, Scalar<T> scalar) {
        return ask(key).flatMap(value -> parse(value, pathOf(key), scalar));
    }

    /** Notes what holds for a key, with the line of the key where the file says it. */
    private void note(String key, Value shown, boolean isDefault) {
        Optional<Setting.Place> said =
                ask(key).filter(_ -> written)
                        .map(_ -> fields.get(key))
                        .map(
                                field ->
                                        new Setting.Place(
                                                keysRead.file(),
                                                field.at().line(),
                                                field.at().column()));
        keysRead.add(new Setting(pathOf(key), shown, said, isDefault || !written));
    }

    private <T> Value one(String key, Scalar<T> scalar, T otherwise) {
        return ask(key).map(Section::shown)
                .orElseGet(() -> new Value.One(scalar.write().apply(otherwise)));
    }

    /** A value as it stands in the file. One that carries a tag is refused, and not shown. */
    private static Value shown(YamlValue value) {
        return value instanceof Text(String text, String tag, var _) && tag.isEmpty()
                ? new Value.One(text)
                : new Value.Unset();
    }

    private static Value shownItems(YamlValue value) {
        List<YamlValue> values = value instanceof Items items ? items.values() : List.of(value);
        return new Value.Several(
                values.stream()
                        .filter(item -> shown(item) instanceof Value.One)
                        .map(item -> ((Text) item).value())
                        .toList());
    }

    private static Value hidden(YamlValue value) {
        return value instanceof Text(String text, String tag, var _) && !tag.isEmpty()
                ? new Value.Secret(tag + " " + text)
                : new Value.Secret("");
    }

    private Section unwritten(Fields below, String key) {
        return new Section(below, key, false, problems, keysRead);
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
        Section section = new Section(below, key, written, problems, keysRead);
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

    private <T> List<T> bindOtherwise(
            List<Map<String, String>> otherwise, String key, Function<Section, T> binder) {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < otherwise.size(); i++) {
            List<Field> below =
                    otherwise.get(i).entrySet().stream()
                            .map(e -> new Field(e.getKey(), at, new Text(e.getValue(), "", at)))
                            .toList();
            all.add(binder.apply(unwritten(new Fields(below, at), key + "[" + i + "]")));
        }
        return List.copyOf(all);
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
