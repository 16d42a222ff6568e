package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What waits. */
@Command(name = "queue", description = "What waits to be sent.")
final class QueueCommand {
    static final java.util.List<Class<?>> VERBS =
            java.util.List.of(
                    List.class,
                    Pending.class,
                    Show.class,
                    Explain.class,
                    Flush.class,
                    Cancel.class,
                    Move.class,
                    Hold.class,
                    Release.class);

    @Command(
            name = "list",
            description = "Destinations with what waits for them, those first that have most.")
    static final class List extends ApiCommand {
        @Option(
                names = "--site",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "part of the name of the destination")
        private String site = "";

        @Option(
                names = "--state",
                paramLabel = "STATE",
                defaultValue = "",
                description =
                        "open, slowed, suspended or probing; held: by an operator; deferred: some"
                                + " wait for their time")
        private String state = "";

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "at most so many; default: ${DEFAULT-VALUE}")
        private int limit;

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            ObjectNode queue = (ObjectNode) server.get("/queue");
            queue.set(
                    "destinations",
                    JsonText.tree(
                            queue.path("destinations")
                                    .valueStream()
                                    .filter(each -> each.path("site").asString().contains(site))
                                    .filter(each -> Destinations.isIn(each, state))
                                    .sorted(Destinations.MOST_FIRST)
                                    .limit(limit)
                                    .toList()));
            return queue;
        }

        @Override
        Map<String, java.util.List<String>> columns() {
            return Map.of("destinations", Destinations.COLUMNS);
        }
    }

    @Command(name = "pending", description = "Recipients who are owed a delivery.")
    static final class Pending extends ListCommand {
        @Override
        ApiQuery query() {
            return ApiQuery.of("/queue/pending");
        }
    }

    @Command(
            name = "show",
            description = {
                "One destination, from each source; a domain with what waits for it and why.",
                "It may be held, or deferred as a whole, and have no connection at all."
            })
    static final class Show extends ApiCommand {
        @Parameters(
                paramLabel = "SITE",
                description = "as queue list names it, or a domain of recipients")
        private String site = "";

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "recipients who wait there; default: ${DEFAULT-VALUE}")
        private int limit;

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get(
                    ApiQuery.of("/queue/destinations/" + ApiClient.part(site))
                            .with("limit", Integer.toString(limit))
                            .toString());
        }

        @Override
        Map<String, java.util.List<String>> columns() {
            return Map.of(
                    "paths",
                    Destinations.COLUMNS,
                    "recipients",
                    JsonTable.columns("recipient address state tries=attempts next_try why"));
        }
    }

    @Command(
            name = "explain",
            description =
                    "What holds a message, or one recipient of it, and when it is tried next.")
    static final class Explain extends ApiCommand {
        @Parameters(
                paramLabel = "ID",
                description = "as 250 gave it; with .N behind it, one recipient")
        private String id = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            JsonNode answer = server.get("/queue/explain/" + ApiClient.part(id));
            JsonNode items = answer.path("items");
            // One recipient reads better as lines than as a row.
            return items.size() == 1 ? items.get(0) : answer;
        }
    }

    @Command(name = "cancel", description = "Give up what waits.")
    static final class Cancel extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/cancel", body());
        }
    }

    @Command(
            name = "move",
            description = "Send a part of the queue from another source, until moved back.")
    static final class Move extends SubjectCommand {
        @Option(
                names = "--to",
                paramLabel = "SOURCE",
                defaultValue = "",
                description = "name of an egress source; without it, as before")
        private String to = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            Map<String, String> body = new HashMap<>(body());
            body.put("source", to);
            return server.post("/queue/move", body);
        }
    }

    @Command(name = "flush", description = "Try now what waits; ends suspensions.")
    static final class Flush extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/flush", body());
        }
    }

    @Command(name = "hold", aliases = "suspend", description = "Stop sending a part of the queue.")
    static final class Hold extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/hold", body());
        }
    }

    @Command(
            name = "release",
            aliases = "resume",
            description = "Go on sending a part of the queue.")
    static final class Release extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/release", body());
        }
    }
}
