package facteur.config.yaml;

import facteur.config.yaml.YamlValue.Field;
import facteur.config.yaml.YamlValue.Fields;
import facteur.config.yaml.YamlValue.Items;
import facteur.config.yaml.YamlValue.Nothing;
import facteur.config.yaml.YamlValue.Place;
import facteur.config.yaml.YamlValue.Text;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the nodes of snakeyaml-engine into values of ours. Aliases are written out, which a few
 * lines can make into billions of values: hence the bound on their number.
 */
final class Composer {
    // A settings file of a megabyte is a mistake in the path.
    static final int MAX_CHARACTERS = 1 << 20;
    static final int MAX_DEPTH = 32;
    static final int MAX_VALUES = 100_000;

    private final String fileName;
    private final Problems problems;
    private int values;

    Composer(String fileName, Problems problems) {
        this.fileName = fileName;
        this.problems = problems;
    }

    Fields compose(String text) {
        Place start = new Place(1, 1);
        Fields nothing = new Fields(List.of(), start);
        if (text.length() > MAX_CHARACTERS) {
            problems.broken(
                    start, text.length() + " characters; allowed: at most " + MAX_CHARACTERS);
            return nothing;
        }
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(fileName).build();
            Optional<Place> abyss = tooDeep(settings, text);
            if (abyss.isPresent()) {
                problems.broken(abyss.get(), "more than " + MAX_DEPTH + " levels deep");
                return nothing;
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            YamlValue value = root.map(node -> value(node, 0)).orElse(nothing);
            if (value instanceof Fields fields) {
                return fields;
            }
            problems.broken(value.at(), "not a mapping of keys to values");
        } catch (MarkedYamlEngineException e) {
            Place at = e.getProblemMark().map(Composer::place).orElse(start);
            problems.broken(at, "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.broken(start, "not YAML: " + e.getMessage());
        }
        return nothing;
    }

    /** Looked at before anything is made of it: the library goes down by recursion. */
    private static Optional<Place> tooDeep(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                case StreamStart,
                        StreamEnd,
                        DocumentStart,
                        DocumentEnd,
                        Scalar,
                        Alias,
                        Comment -> {}
            }
            if (depth > MAX_DEPTH) {
                return Optional.of(
                        event.getStartMark().map(Composer::place).orElse(new Place(1, 1)));
            }
        }
        return Optional.empty();
    }

    private YamlValue value(Node node, int depth) {
        Place at = node.getStartMark().map(Composer::place).orElse(new Place(1, 1));
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            problems.broken(
                    at, "more than " + MAX_DEPTH + " levels deep, or " + MAX_VALUES + " values");
            return new Nothing(at);
        }
        return switch (node) {
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> new Nothing(at);
            case ScalarNode scalar -> new Text(scalar.getValue(), tag(scalar), at);
            case SequenceNode items ->
                    new Items(
                            items.getValue().stream().map(item -> value(item, depth + 1)).toList(),
                            at);
            case MappingNode mapping -> fields(mapping, at, depth);
            default -> new Nothing(at); // anchors are resolved by the composer; nothing else exists
        };
    }

    private Fields fields(MappingNode mapping, Place at, int depth) {
        List<Field> fields = new ArrayList<>();
        for (var tuple : mapping.getValue()) {
            Place keyAt = tuple.getKeyNode().getStartMark().map(Composer::place).orElse(at);
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                YamlValue value = value(tuple.getValueNode(), depth + 1);
                fields.add(new Field(key.getValue(), keyAt, value));
            } else {
                problems.broken(keyAt, "a key that is not a word");
            }
        }
        return new Fields(List.copyOf(fields), at);
    }

    private static String tag(ScalarNode scalar) {
        String tag = scalar.getTag().getValue();
        return tag.startsWith("!") ? tag : "";
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
