package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** Messages. */
@Command(name = "message", description = "Messages and what became of them.")
final class MessageCommand {
    static final java.util.List<Class<?>> VERBS =
            java.util.List.of(List.class, Show.class, Recipients.class, Retry.class, Cancel.class);

    @Command(
            name = "list",
            description = "Messages, the newest first. All filters that are given must hold.")
    static final class List extends ListCommand {
        @Option(
                names = "--to",
                paramLabel = "ADDRESS",
                defaultValue = "",
                description = "one of the recipients")
        private String to = "";

        @Option(
                names = "--message-id",
                paramLabel = "FIELD",
                defaultValue = "",
                description = "the Message-ID field, with or without its brackets")
        private String messageId = "";

        @Option(
                names = "--campaign",
                paramLabel = "CAMPAIGN",
                defaultValue = "",
                description = "its name, or id:NUMBER")
        private String campaign = "";

        @Mixin private TimeSpan span;

        @Override
        ApiQuery query() {
            return ApiQuery.of("/messages")
                    .with("recipient", to)
                    .with("message_id", messageId)
                    .with("campaign", campaign)
                    .with("since", span.since(Instant.now()))
                    .with("before", span.until(Instant.now()));
        }

        @Override
        java.util.List<String> rowColumns() {
            return JsonTable.columns(
                    "id accepted=accepted_at from=return_path to=recipients campaign subject"
                            + " credential");
        }
    }

    @Command(
            name = "show",
            description =
                    "One message; with .N behind the id, one recipient and its timeline, a page"
                            + " at a time.")
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
                            ApiQuery.of("/recipients/" + ApiClient.part(id))
                                    .with("after", after)
                                    .toString());
        }
    }

    @Command(name = "recipients", description = "Its recipients with their statuses.")
    static final class Recipients extends ListCommand {
        @Parameters(paramLabel = "ID", description = OneMessageCommand.ID)
        private String id = "";

        @Override
        ApiQuery query() {
            return ApiQuery.of("/messages/" + ApiClient.part(id) + "/recipients");
        }

        @Override
        java.util.List<String> rowColumns() {
            return JsonTable.columns("id address status since tries=attempts next_try site reply");
        }
    }

    @Command(name = "retry", description = "Try now what is still owed.")
    static final class Retry extends OneMessageCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/messages/" + ApiClient.part(id) + "/retry", Map.of("why", why));
        }
    }

    @Command(name = "cancel", description = "Give up what is still owed.")
    static final class Cancel extends OneMessageCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/messages/" + ApiClient.part(id) + "/cancel", Map.of("why", why));
        }
    }
}
