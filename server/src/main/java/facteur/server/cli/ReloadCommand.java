package facteur.server.cli;

import picocli.CommandLine.Command;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;

/** The configuration file. */
@Command(
        name = "reload",
        description = "Read the configuration file again; with a problem in it nothing changes.")
final class ReloadCommand extends ApiCommand {
    @Override
    JsonNode ask(ApiClient server) throws IOException {
        return server.post("/reload", Map.of());
    }
}
