package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What waits. */
@Command(
        name = "queue",
        description = "What waits to be sent.",
        mixinStandardHelpOptions = true,
        subcommands = {
            QueueCommand.List.class,
            QueueCommand.Pending.class,
            QueueCommand.Show.class,
            QueueCommand.Explain.class,
            QueueCommand.Flush.class,
            QueueCommand.Cancel.class,
            QueueCommand.Move.class,
            QueueCommand.Hold.class,
            QueueCommand.Release.class
        })
final class QueueCommand {
    @Command(
            name = "list",
            description = "Destinations with what waits for them.",
            mixinStandardHelpOptions = true)
    static final class List extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/queue");
        }
    }

    @Command(
            name = "pending",
            description = "Recipients who are owed a delivery.",
            mixinStandardHelpOptions = true)
    static final class Pending extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/queue/pending");
        }
    }

    @Command(
            name = "show",
            description = "One destination, from each source.",
            mixinStandardHelpOptions = true)
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "SITE", description = "as queue list names it")
        private String site = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            ArrayNode found = JsonNodeFactory.instance.arrayNode();
            for (JsonNode each : server.get("/queue").path("destinations")) {
                if (each.path("site").asString().equals(site)) {
                    found.add(each);
                }
            }
            return found;
        }
    }

    @Command(
            name = "explain",
            description =
                    "What holds a message, or one recipient of it, and when it is tried next.",
            mixinStandardHelpOptions = true)
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

    @Command(name = "cancel", description = "Give up what waits.", mixinStandardHelpOptions = true)
    static final class Cancel extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/cancel", body());
        }
    }

    @Command(
            name = "move",
            description = "Send a part of the queue from another source, until moved back.",
            mixinStandardHelpOptions = true)
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

    @Command(
            name = "flush",
            description = "Try now what waits; ends suspensions.",
            mixinStandardHelpOptions = true)
    static final class Flush extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/flush", body());
        }
    }

    @Command(
            name = "hold",
            aliases = "suspend",
            description = "Stop sending a part of the queue.",
            mixinStandardHelpOptions = true)
    static final class Hold extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/hold", body());
        }
    }

    @Command(
            name = "release",
            aliases = "resume",
            description = "Go on sending a part of the queue.",
            mixinStandardHelpOptions = true)
    static final class Release extends SubjectCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/queue/release", body());
        }
    }
}
