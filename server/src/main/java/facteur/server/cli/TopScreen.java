package facteur.server.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code facteur top} shows of one look at the queue. */
final class TopScreen {
    private static final List<String> COLUMNS =
            JsonTable.columns(
                    "site per_s waiting busy deferred held=held_recipients connections limit state"
                            + " source why");

    private TopScreen() {}

    /**
     * @param before the look before, by which what was delivered meanwhile is told
     * @param seconds between them
     */
    static List<String> lines(
            JsonNode now, Optional<JsonNode> before, int seconds, Terminal terminal) {
        Map<String, Long> delivered = new HashMap<>();
        before.ifPresent(
                queue ->
                        queue.path("destinations")
                                .forEach(each -> delivered.put(name(each), count(each))));
        List<JsonNode> destinations =
                now.path("destinations")
                        .valueStream()
                        .map(each -> withPace(each, delivered, seconds))
                        .sorted(Destinations.MOST_FIRST)
                        .toList();
        StringWriter table = new StringWriter();
        JsonTable.print(
                new PrintWriter(table),
                JsonText.tree(destinations),
                new JsonTable.Layout(false, false, terminal, Map.of("", COLUMNS)));
        StringBuilder head = new StringBuilder();
        head.append(now.path("at").asString("").replaceFirst("\\..*", "").replace('T', ' '));
        for (String sum : List.of("waiting", "busy", "deferred", "held", "routing")) {
            head.append("  ").append(sum).append(' ').append(now.path(sum).asLong(0));
        }
        String why = now.path("why").asString("");
        return (head + "\n" + (why.isEmpty() ? "" : why + "\n") + "\n" + table)
                .lines()
                .map(line -> cut(line, terminal))
                .toList();
    }

    private static String cut(String line, Terminal terminal) {
        int most = terminal.columns().orElse(Integer.MAX_VALUE);
        return line.length() <= most ? line : line.substring(0, most - 1) + "…";
    }

    private static String name(JsonNode destination) {
        return destination.path("site").asString("")
                + "\n"
                + destination.path("source").asString("");
    }

    private static long count(JsonNode destination) {
        return destination.path("delivered").asLong(0);
    }

    private static JsonNode withPace(
            JsonNode destination, Map<String, Long> delivered, int seconds) {
        ObjectNode shown = ((ObjectNode) destination).deepCopy();
        Long before = delivered.get(name(destination));
        if (before == null) {
            shown.put("per_s", "");
        } else {
            shown.put(
                    "per_s", Long.toString((count(destination) - before + seconds - 1) / seconds));
        }
        return shown;
    }
}
