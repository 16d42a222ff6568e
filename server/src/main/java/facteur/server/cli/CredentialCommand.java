package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Credentials. */
@Command(name = "credential", description = "Who may submit mail.")
final class CredentialCommand {
    static final java.util.List<Class<?>> VERBS =
            java.util.List.of(List.class, Create.class, Rotate.class, Revoke.class);

    @Command(name = "list", description = "Every credential, without its password.")
    static final class List extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/credentials");
        }
    }

    @Command(name = "create", description = "Make a credential; its password is printed once.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "USER")
        private String user = "";

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description =
                        "a limit, by its key in a settings file, such as"
                                + " sender_domains=example.org or messages=50/s;"
                                + " may be given more than once, lists with commas")
        private Map<String, String> limits = new LinkedHashMap<>();

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            Map<String, Object> body = new LinkedHashMap<>();
            limits.forEach(
                    (key, value) ->
                            body.put(
                                    key,
                                    value.contains(",")
                                            ? java.util.List.of(value.split(","))
                                            : value));
            body.put("user", user);
            return server.post("/credentials", body);
        }
    }

    /** One that was made here. */
    abstract static class OfUser extends ApiCommand {
        @Parameters(paramLabel = "USER")
        String user = "";

        @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
        String why = "";
    }

    @Command(name = "rotate", description = "Give a credential another password, printed once.")
    static final class Rotate extends OfUser {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post(
                    "/credentials/" + ApiClient.part(user) + "/rotate", Map.of("why", why));
        }
    }

    @Command(name = "revoke", description = "Take a credential away.")
    static final class Revoke extends OfUser {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.delete("/credentials/" + ApiClient.part(user), Map.of("why", why));
        }
    }
}
