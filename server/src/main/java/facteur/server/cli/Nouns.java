package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What can be asked of a running server, by noun and verb. */
final class Nouns {
    private Nouns() {}

    /** A part of the queue. */
    abstract static class OfSubject extends ApiCommand {
        @Parameters(
                paramLabel = "SUBJECT",
                description =
                        "a site as queue list names it, or domain:NAME, source:NAME,"
                                + " credential:NAME, campaign:NAME, campaign:id:NUMBER, message:ID")
        String subject = "";

        @Option(names = "--why", defaultValue = "", description = "noted beside who")
        String why = "";

        Map<String, String> body() {
            return Map.of(
                    subject.matches("(?i)(domain|site|source|credential|campaign|message):.+")
                            ? "subject"
                            : "site",
                    subject,
                    "why",
                    why);
        }
    }

    /** One message. */
    abstract static class OfMessage extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "as 250 gave it: 13 letters and digits")
        String id = "";

        @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
        String why = "";
    }

    /** One address. */
    abstract static class OfAddress extends ApiCommand {
        @Parameters(paramLabel = "ADDRESS", description = "or id:NUMBER, for contacts")
        String address = "";

        @Option(names = "--why", defaultValue = "", description = "noted in the audit log")
        String why = "";
    }

    /** What waits. */
    @Command(
            name = "queue",
            description = "What waits to be sent.",
            mixinStandardHelpOptions = true,
            subcommands = {
                QueueNoun.List.class,
                QueueNoun.Pending.class,
                QueueNoun.Show.class,
                QueueNoun.Explain.class,
                QueueNoun.Flush.class,
                QueueNoun.Cancel.class,
                QueueNoun.Move.class,
                QueueNoun.Hold.class,
                QueueNoun.Release.class
            })
    static final class QueueNoun {
        @Command(
                name = "list",
                description = "Destinations with what waits for them.",
                mixinStandardHelpOptions = true)
        static final class List extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/queue");
            }
        }

        @Command(
                name = "pending",
                description = "Recipients who are owed a delivery.",
                mixinStandardHelpOptions = true)
        static final class Pending extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/queue/pending");
            }
        }

        @Command(
                name = "show",
                description = "One destination, from each source.",
                mixinStandardHelpOptions = true)
        static final class Show extends ApiCommand {
            @Parameters(paramLabel = "SITE", description = "as queue list names it")
            private String site = "";

            @Override
            JsonNode ask(ApiClient server) throws IOException {
                ArrayNode found = JsonNodeFactory.instance.arrayNode();
                for (JsonNode each : server.get("/queue").path("destinations")) {
                    if (each.path("site").asString().equals(site)) {
                        found.add(each);
                    }
                }
                return found;
            }
        }

        @Command(
                name = "explain",
                description =
                        "What holds a message, or one recipient of it, and when it is tried next.",
                mixinStandardHelpOptions = true)
        static final class Explain extends ApiCommand {
            @Parameters(
                    paramLabel = "ID",
                    description = "as 250 gave it; with .N behind it, one recipient")
            private String id = "";

            @Override
            JsonNode ask(ApiClient server) throws IOException {
                JsonNode answer = server.get("/queue/explain/" + ApiClient.part(id));
                JsonNode items = answer.path("items");
                // One recipient reads better as lines than as a row.
                return items.size() == 1 ? items.get(0) : answer;
            }
        }

        @Command(
                name = "cancel",
                description = "Give up what waits.",
                mixinStandardHelpOptions = true)
        static final class Cancel extends OfSubject {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post("/queue/cancel", body());
            }
        }

        @Command(
                name = "move",
                description = "Send a part of the queue from another source, until moved back.",
                mixinStandardHelpOptions = true)
        static final class Move extends OfSubject {
            @Option(
                    names = "--to",
                    paramLabel = "SOURCE",
                    defaultValue = "",
                    description = "name of an egress source; without it, as before")
            private String to = "";

            @Override
            JsonNode ask(ApiClient server) throws IOException {
                Map<String, String> body = new HashMap<>(body());
                body.put("source", to);
                return server.post("/queue/move", body);
            }
        }

        @Command(
                name = "flush",
                description = "Try now what waits; ends suspensions.",
                mixinStandardHelpOptions = true)
        static final class Flush extends OfSubject {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post("/queue/flush", body());
            }
        }

        @Command(
                name = "hold",
                aliases = "suspend",
                description = "Stop sending a part of the queue.",
                mixinStandardHelpOptions = true)
        static final class Hold extends OfSubject {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post("/queue/hold", body());
            }
        }

        @Command(
                name = "release",
                aliases = "resume",
                description = "Go on sending a part of the queue.",
                mixinStandardHelpOptions = true)
        static final class Release extends OfSubject {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post("/queue/release", body());
            }
        }
    }

    /** Messages. */
    @Command(
            name = "message",
            description = "Messages and what became of them.",
            mixinStandardHelpOptions = true,
            subcommands = {
                MessageNoun.List.class,
                MessageNoun.Show.class,
                MessageNoun.Recipients.class,
                MessageNoun.Retry.class,
                MessageNoun.Cancel.class
            })
    static final class MessageNoun {
        @Command(
                name = "list",
                description = "The newest messages.",
                mixinStandardHelpOptions = true)
        static final class List extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/messages");
            }
        }

        @Command(
                name = "show",
                description =
                        "One message; with .N behind the id, one recipient and its timeline, a page"
                                + " at a time.",
                mixinStandardHelpOptions = true)
        static final class Show extends OfMessage {
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
                                "/recipients/"
                                        + ApiClient.part(id)
                                        + (after.isEmpty()
                                                ? ""
                                                : "?after=" + ApiClient.part(after)));
            }
        }

        @Command(
                name = "recipients",
                description = "Its recipients with their statuses.",
                mixinStandardHelpOptions = true)
        static final class Recipients extends OfMessage {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/messages/" + ApiClient.part(id) + "/recipients");
            }
        }

        @Command(
                name = "retry",
                description = "Try now what is still owed.",
                mixinStandardHelpOptions = true)
        static final class Retry extends OfMessage {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post(
                        "/messages/" + ApiClient.part(id) + "/retry", Map.of("why", why));
            }
        }

        @Command(
                name = "cancel",
                description = "Give up what is still owed.",
                mixinStandardHelpOptions = true)
        static final class Cancel extends OfMessage {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post(
                        "/messages/" + ApiClient.part(id) + "/cancel", Map.of("why", why));
            }
        }
    }

    /** Campaigns. */
    @Command(
            name = "campaign",
            description = "Campaigns and their figures.",
            mixinStandardHelpOptions = true,
            subcommands = {CampaignNoun.List.class, CampaignNoun.Show.class})
    static final class CampaignNoun {
        @Command(name = "list", description = "Every campaign.", mixinStandardHelpOptions = true)
        static final class List extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/campaigns");
            }
        }

        @Command(name = "show", description = "One campaign.", mixinStandardHelpOptions = true)
        static final class Show extends ApiCommand {
            @Parameters(
                    paramLabel = "CAMPAIGN",
                    description = "its name, or id:NUMBER; name:id:X for the name id:X")
            private String campaign = "";

            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/campaigns/" + ApiClient.part(campaign));
            }
        }
    }

    /** Contacts. */
    @Command(
            name = "contact",
            description = "People, by address.",
            mixinStandardHelpOptions = true,
            subcommands = {
                ContactNoun.List.class,
                ContactNoun.Show.class,
                ContactNoun.Messages.class,
                ContactNoun.Export.class,
                ContactNoun.Erase.class
            })
    static final class ContactNoun {
        @Command(
                name = "list",
                description = "Contacts by address.",
                mixinStandardHelpOptions = true)
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
        static final class Show extends OfAddress {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/contacts/" + ApiClient.part(address));
            }
        }

        @Command(
                name = "messages",
                description = "What was sent to a contact.",
                mixinStandardHelpOptions = true)
        static final class Messages extends OfAddress {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/contacts/" + ApiClient.part(address) + "/messages");
            }
        }

        @Command(
                name = "export",
                description = "Everything that is known of a person; --json to hand it over.",
                mixinStandardHelpOptions = true)
        static final class Export extends OfAddress {
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
        static final class Erase extends OfAddress {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post(
                        "/contacts/" + ApiClient.part(address) + "/erase", Map.of("why", why));
            }
        }
    }

    /** The configuration file. */
    @Command(
            name = "reload",
            description =
                    "Read the configuration file again; with a problem in it nothing changes.",
            mixinStandardHelpOptions = true)
    static final class Reload extends ApiCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post("/reload", Map.of());
        }
    }

    /** Credentials. */
    @Command(
            name = "credential",
            description = "Who may submit mail.",
            mixinStandardHelpOptions = true,
            subcommands = {
                CredentialNoun.List.class,
                CredentialNoun.Create.class,
                CredentialNoun.Rotate.class,
                CredentialNoun.Revoke.class
            })
    static final class CredentialNoun {
        @Command(
                name = "list",
                description = "Every credential, without its password.",
                mixinStandardHelpOptions = true)
        static final class List extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/credentials");
            }
        }

        @Command(
                name = "create",
                description = "Make a credential; its password is printed once.",
                mixinStandardHelpOptions = true)
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

        @Command(
                name = "rotate",
                description = "Give a credential another password, printed once.",
                mixinStandardHelpOptions = true)
        static final class Rotate extends OfUser {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post(
                        "/credentials/" + ApiClient.part(user) + "/rotate", Map.of("why", why));
            }
        }

        @Command(
                name = "revoke",
                description = "Take a credential away.",
                mixinStandardHelpOptions = true)
        static final class Revoke extends OfUser {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.delete("/credentials/" + ApiClient.part(user), Map.of("why", why));
            }
        }
    }

    /** Keys. */
    @Command(
            name = "key",
            description = "The keys of tracking tokens.",
            mixinStandardHelpOptions = true,
            subcommands = {KeyNoun.List.class, KeyNoun.Rotate.class, DkimCommand.class})
    static final class KeyNoun {
        @Command(
                name = "list",
                description = "The live keys, without their secrets.",
                mixinStandardHelpOptions = true)
        static final class List extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.get("/keys");
            }
        }

        @Command(
                name = "rotate",
                description = "Seal new tokens with a new key; those of the one before stay valid.",
                mixinStandardHelpOptions = true)
        static final class Rotate extends ApiCommand {
            @Override
            JsonNode ask(ApiClient server) throws IOException {
                return server.post("/keys/rotate", Map.of());
            }
        }
    }
}
