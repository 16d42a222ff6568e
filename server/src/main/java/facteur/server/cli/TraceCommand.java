package facteur.server.cli;

import facteur.mail.text.Escaped;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code facteur trace}: live dialogues, until interrupted. Secrets are masked by the server. */
@Command(name = "trace", description = "Show live dialogues, until interrupted.")
final class TraceCommand {
    static final List<Class<?>> VERBS = List.of(Submission.class, Delivery.class);

    /** Lines as they are said. */
    abstract static class Following implements Callable<Integer> {
        @Mixin private ConfigOption config;

        @Option(names = "--json", description = "a JSON object a line")
        private boolean json;

        @Option(
                names = "--lines",
                defaultValue = "0",
                description = "end after so many; 0: go on until interrupted")
        private long most;

        @Spec private CommandSpec spec;

        abstract String kind();

        abstract String subject();

        @Override
        public Integer call() throws IOException {
            ApiClient server = ApiClient.of(config.server());
            String id =
                    server.post("/traces", Map.of("kind", kind(), "subject", subject()))
                            .path("id")
                            .asString();
            PrintWriter out = spec.commandLine().getOut();
            long after = 0;
            long printed = 0;
            while (most == 0 || printed < most) {
                JsonNode answer = server.get("/traces/" + ApiClient.part(id) + "?after=" + after);
                long lost = answer.path("lost").asLong(0);
                if (lost > 0) {
                    out.println("... " + lost + " lines went by too fast");
                }
                for (JsonNode line : answer.path("lines")) {
                    out.println(Escaped.line(json ? line.toString() : shown(line)));
                    printed++;
                }
                after = answer.path("next").asLong(after);
            }
            return 0;
        }

        private static String shown(JsonNode line) {
            String mark =
                    switch (line.path("who").asString("")) {
                        case "client" -> "C:";
                        case "server" -> "S:";
                        default -> "*";
                    };
            return String.join(
                    " ",
                    line.path("at").asString(""),
                    line.path("dialogue").asString(""),
                    mark,
                    line.path("text").asString(""));
        }
    }

    /** With applications. */
    @Command(name = "submission", description = "Dialogues with applications that hand in mail.")
    static final class Submission extends Following {
        @Option(
                names = "--client",
                paramLabel = "ADDR",
                defaultValue = "",
                description = "address or network of the client; default: all")
        private String client = "";

        @Override
        String kind() {
            return "submission";
        }

        @Override
        String subject() {
            return client;
        }
    }

    /** With other servers. */
    @Command(
            name = "delivery",
            description = "Dialogues with the servers that mail is delivered to.")
    static final class Delivery extends Following {
        @Option(
                names = "--site",
                paramLabel = "SITE",
                defaultValue = "",
                description = "a destination as queue list names it; default: all")
        private String site = "";

        @Override
        String kind() {
            return "delivery";
        }

        @Override
        String subject() {
            return site;
        }
    }
}
