package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code facteur trace delivery}: what is said to hosts, as it is said. */
@Command(
        name = "trace",
        description = "What is said, as it is said.",
        mixinStandardHelpOptions = true,
        subcommands = TraceCommand.Delivery.class)
final class TraceCommand {
    /** The talk with the hosts of a site. */
    @Command(
            name = "delivery",
            description =
                    "The talk with the hosts of a site, until interrupted. Message content is not"
                            + " shown, return-path tokens are masked.",
            mixinStandardHelpOptions = true)
    static final class Delivery implements Callable<Integer> {
        private static final Duration PAUSE = Duration.ofMillis(500);

        @Mixin private ConfigOption config;

        @Option(
                names = "--site",
                required = true,
                paramLabel = "SITE",
                description = "as queue list names it")
        private String site = "";

        @Option(
                names = "--for",
                paramLabel = "SECONDS",
                defaultValue = "0",
                description = "end by itself after so long; 0 never")
        private long seconds;

        @Option(names = "--json", description = "an object a line")
        private boolean json;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Control server = Control.of(config.settings());
            PrintWriter out = spec.commandLine().getOut();
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            long after = 0;
            while (seconds == 0 || System.nanoTime() < end) {
                JsonNode lines =
                        server.get("/trace/delivery?site=" + Control.part(site) + "&after=" + after)
                                .path("items");
                for (JsonNode line : lines) {
                    after = line.path("number").asLong();
                    out.println(json ? line.toString() : shown(line));
                }
                out.flush();
                Thread.sleep(PAUSE);
            }
            return 0;
        }

        private static String shown(JsonNode line) {
            return String.format(
                    "%s %s#%04x %s: %s",
                    line.path("at").asString(),
                    line.path("host").asString(),
                    line.path("session").asInt() & 0xffff,
                    line.path("from").asString(),
                    line.path("text").asString());
        }
    }
}
