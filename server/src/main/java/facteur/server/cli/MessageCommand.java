package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;

/** Messages. */
@Command(
        name = "message",
        description = "Messages and what became of them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            MessageCommand.List.class,
            MessageCommand.Show.class,
            MessageCommand.Recipients.class,
            MessageCommand.Retry.class,
            MessageCommand.Cancel.class
        })
final class MessageCommand {
    @Command(name = "list", description = "The newest messages.", mixinStandardHelpOptions = true)
    static final class List extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/messages");
        }
    }

    @Command(
            name = "show",
            description =
                    "One message; with .N behind the id, one recipient and its timeline, a page"
                            + " at a time.",
            mixinStandardHelpOptions = true)
    static final class Show extends OneMessageCommand {
        @Option(
                names = "--after",
                defaultValue = "",
                paramLabel = "CURSOR",
                description = "the timeline from there on: next of the page before")
        private String after = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return id.indexOf('.') < 0
                    ? server.get("/messages/" + ApiClient.part(id))
                    : server.get(
                            "/recipients/"
                                    + ApiClient.part(id)
                                    + (after.isEmpty() ? "" : "?after=" + ApiClient.part(after)));
        }
    }

    @Command(
            name = "recipients",
            description = "Its recipients with their statuses.",
            mixinStandardHelpOptions = true)
    static final class Recipients extends OneMessageCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/messages/" + ApiClient.part(id) + "/recipients");
        }
    }

    @Command(
            name = "retry",
            description = "Try now what is still owed.",
            mixinStandardHelpOptions = true)
    static final class Retry extends OneMessageCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/messages/" + ApiClient.part(id) + "/retry", Map.of("why", why));
        }
    }

    @Command(
            name = "cancel",
            description = "Give up what is still owed.",
            mixinStandardHelpOptions = true)
    static final class Cancel extends OneMessageCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/messages/" + ApiClient.part(id) + "/cancel", Map.of("why", why));
        }
    }
}
