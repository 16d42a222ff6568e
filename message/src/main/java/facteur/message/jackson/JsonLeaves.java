package facteur.message.jackson;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A JSON object taken apart into its scalars. */
public final class JsonLeaves {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_LEAVES = 1000;
    private static final int MAX_CHARACTERS = 64 * 1024;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxDocumentLength(MAX_CHARACTERS)
                                    .maxNumberLength(100)
                                    .build())
                    .build();

    private JsonLeaves() {}

    /**
     * One scalar.
     *
     * @param path the keys that lead to it; an array adds none, so its elements share a path
     * @param value text, number or truth value as text
     */
    public record Leaf(List<String> path, String value) {
        public Leaf {
            path = List.copyOf(path);
        }
    }

    /**
     * The scalars of the object in order; nulls are left out. Empty when the text is not one JSON
     * object, or has more than 64 Ki characters, 1000 scalars or 16 levels.
     */
    public static Optional<List<Leaf>> of(String text) {
        if (text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? leaves(parser) : Optional.empty();
        } catch (JacksonException _) { // "not JSON" is an answer here; the caller notes it
            return Optional.empty();
        }
    }

    private static Optional<List<Leaf>> leaves(JsonParser parser) {
        List<Leaf> leaves = new ArrayList<>();
        Deque<String> path = new ArrayDeque<>();
        int open = 1;
        while (open > 0 && leaves.size() <= MAX_LEAVES) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return Optional.empty();
            }
            switch (token) {
                case PROPERTY_NAME -> path.addLast(parser.currentName());
                case START_OBJECT, START_ARRAY -> open++;
                case END_OBJECT, END_ARRAY -> {
                    open--;
                    closeValue(parser, path);
                }
                default -> {
                    if (token != JsonToken.VALUE_NULL) {
                        leaves.add(new Leaf(List.copyOf(path), parser.getString()));
                    }
                    closeValue(parser, path);
                }
            }
        }
        boolean whole = open == 0 && parser.nextToken() == null;
        return whole ? Optional.of(leaves) : Optional.empty();
    }

    /** The key of a value goes with it, unless the value is an element of an array. */
    private static void closeValue(JsonParser parser, Deque<String> path) {
        if (parser.streamReadContext().inObject()) {
            path.pollLast();
        }
    }
}
