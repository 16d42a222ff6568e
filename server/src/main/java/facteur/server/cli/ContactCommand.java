package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Map;

/** Contacts. */
@Command(name = "contact", description = "People, by address.")
final class ContactCommand {
    static final java.util.List<Class<?>> VERBS =
            java.util.List.of(List.class, Show.class, Messages.class, Export.class, Erase.class);

    @Command(name = "list", description = "Contacts by address.")
    static final class List extends AddressListCommand {
        @Override
        ApiQuery query() {
            return addresses("/contacts");
        }

        @Override
        java.util.List<String> rowColumns() {
            return JsonTable.columns("id address messages suppressed first_seen last_activity");
        }
    }

    @Command(name = "show", description = "One contact.")
    static final class Show extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/contacts/" + ApiClient.part(address));
        }
    }

    @Command(name = "messages", description = "What was sent to a contact.")
    static final class Messages extends ListCommand {
        @Parameters(paramLabel = "ADDRESS", description = OneAddressCommand.ADDRESS)
        private String address = "";

        @Override
        ApiQuery query() {
            return ApiQuery.of("/contacts/" + ApiClient.part(address) + "/messages");
        }

        @Override
        java.util.List<String> rowColumns() {
            return JsonTable.columns("id campaign status since tries=attempts site reply");
        }
    }

    @Command(
            name = "export",
            description = "Everything that is known of a person; --json to hand it over.")
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
            })
    static final class Erase extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post(
                    "/contacts/" + ApiClient.part(address) + "/erase", Map.of("why", why));
        }
    }
}
