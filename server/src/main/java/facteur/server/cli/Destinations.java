package facteur.server.cli;

import tools.jackson.databind.JsonNode;

import java.util.Comparator;
import java.util.List;

/** Destinations of the queue, as the API tells them. */
final class Destinations {
    static final List<String> COLUMNS =
            JsonTable.columns(
                    "site source waiting busy deferred held=held_recipients connections limit state"
                            + " next_try why");

    static final Comparator<JsonNode> MOST_FIRST =
            Comparator.comparingLong(Destinations::pending).reversed();

    private Destinations() {}

    /** Recipients that belong to one. */
    static long pending(JsonNode destination) {
        return destination.path("waiting").asLong(0)
                + destination.path("deferred").asLong(0)
                + destination.path("held_recipients").asLong(0);
    }

    /** Whether it is in a state that an operator asks for; nothing asks for any. */
    static boolean isIn(JsonNode destination, String state) {
        return switch (state) {
            case "" -> true;
            case "held" ->
                    destination.path("held").asBoolean(false)
                            || destination.path("held_recipients").asLong(0) > 0;
            case "deferred" -> destination.path("deferred").asLong(0) > 0;
            case "open", "slowed", "suspended", "probing" ->
                    destination.path("state").asString("").equals(state);
            default ->
                    throw new UsageError(
                            "--state: open, slowed, suspended, probing, held or deferred, not "
                                    + state);
        };
    }
}
