package facteur.server.cli;

import picocli.CommandLine.Command;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;

/** Keys. */
@Command(name = "key", description = "The keys of tracking tokens.")
final class KeyCommand {
    static final java.util.List<Class<?>> VERBS =
            java.util.List.of(List.class, Rotate.class, DkimCommand.class);

    @Command(name = "list", description = "The live keys, without their secrets.")
    static final class List extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/keys");
        }
    }

    @Command(
            name = "rotate",
            description = "Seal new tokens with a new key; those of the one before stay valid.")
    static final class Rotate extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/keys/rotate", Map.of());
        }
    }
}
