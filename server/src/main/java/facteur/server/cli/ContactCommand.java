package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;

/** Contacts. */
@Command(
        name = "contact",
        description = "People, by address.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ContactCommand.List.class,
            ContactCommand.Show.class,
            ContactCommand.Messages.class,
            ContactCommand.Export.class,
            ContactCommand.Erase.class
        })
final class ContactCommand {
    @Command(name = "list", description = "Contacts by address.", mixinStandardHelpOptions = true)
    static final class List extends ApiCommand {
        @Parameters(
                paramLabel = "PREFIX",
                arity = "0..1",
                defaultValue = "",
                description = "beginning of the address")
        private String prefix = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/contacts?q=" + ApiClient.part(prefix));
        }
    }

    @Command(name = "show", description = "One contact.", mixinStandardHelpOptions = true)
    static final class Show extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/contacts/" + ApiClient.part(address));
        }
    }

    @Command(
            name = "messages",
            description = "What was sent to a contact.",
            mixinStandardHelpOptions = true)
    static final class Messages extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/contacts/" + ApiClient.part(address) + "/messages");
        }
    }

    @Command(
            name = "export",
            description = "Everything that is known of a person; --json to hand it over.",
            mixinStandardHelpOptions = true)
    static final class Export extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return PersonDossier.whole(server, address);
        }
    }

    @Command(
            name = "erase",
            description = {
                "Forget a person: address, replies, timelines, metadata.",
                "Sums stay, and a refusal to send stays under a hash. The journal lets go of"
                        + " message octets when retention.bodies is over; backups keep theirs."
            },
            mixinStandardHelpOptions = true)
    static final class Erase extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post(
                    "/contacts/" + ApiClient.part(address) + "/erase", Map.of("why", why));
        }
    }
}
