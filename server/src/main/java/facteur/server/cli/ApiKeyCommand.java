package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;

/** {@code facteur api-key}: the keys with which programs ask {@code /api/v1}. */
@Command(name = "api-key", description = "Keys with which programs ask the API.")
final class ApiKeyCommand {
    static final java.util.List<Class<?>> VERBS =
            java.util.List.of(List.class, Create.class, Revoke.class);

    @Command(
            name = "list",
            description = "Every key, without its token: until when, whose, and when last used.")
    static final class List extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/api-keys");
        }
    }

    @Command(name = "create", description = "Make a key; its token is printed once.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(
                names = "--scope",
                defaultValue = "read",
                description = "read, send, operate or admin; default: ${DEFAULT-VALUE}")
        private String scope = "";

        @Option(
                names = "--expires-in",
                paramLabel = "TIME",
                defaultValue = "365d",
                description = "at most 1825d; default: ${DEFAULT-VALUE}")
        private String life = "";

        @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
        private String why = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post(
                    "/api-keys",
                    Map.of("name", name, "scope", scope, "expires_in", life, "why", why));
        }
    }

    @Command(name = "revoke", description = "Take a key away.")
    static final class Revoke extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "as api-key list shows it")
        private String id = "";

        @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
        private String why = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.delete("/api-keys/" + ApiClient.part(id), Map.of("why", why));
        }
    }
}
