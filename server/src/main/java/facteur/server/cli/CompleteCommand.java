package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Names that begin with a word, for a shell that completes it. Somebody waits with a finger on the
 * key: without an answer within 300 ms, and without a server, there are none.
 */
@Command(name = "__complete", hidden = true)
final class CompleteCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final int MOST = 100;

    @Mixin private ConfigOption config;

    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "WORD", arity = "0..1", defaultValue = "")
    private String word = "";

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            names(ApiClient.of(config.server()).within(PATIENCE))
                    .filter(name -> !name.isEmpty() && name.startsWith(word))
                    .distinct()
                    .sorted()
                    .limit(MOST)
                    .forEach(out::println);
        } catch (IOException | UsageError e) {
            return 1; // nobody reads why
        }
        return 0;
    }

    private Stream<String> names(ApiClient server) throws IOException {
        return switch (kind) {
            case "site" -> values(server.get("/queue").path("destinations"), "site");
            case "source" -> values(server.get("/queue").path("destinations"), "source");
            case "campaign" ->
                    values(
                            server.get(
                                            ApiQuery.of("/campaigns")
                                                    .with("q", word)
                                                    .with("limit", Integer.toString(MOST))
                                                    .toString())
                                    .path("items"),
                            "name");
            case "credential" -> {
                JsonNode answer = server.get("/credentials");
                yield values(answer.has("items") ? answer.path("items") : answer, "user");
            }
            default -> Stream.of();
        };
    }

    private static Stream<String> values(JsonNode items, String name) {
        return items.valueStream().map(item -> item.path(name).asString(""));
    }
}
