package facteur.server.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.text.NameOrId;
import facteur.server.LabServer;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What the command line is given as a name reaches the server as that name. */
class EveryNameTest {
    private static final int SOME = 16;

    @TempDir private Path directory;

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        // Every printable character, some in each name: each command takes a while.
        for (int first = '!'; first <= '~'; first += SOME) {
            StringBuilder name = new StringBuilder("a");
            for (int c = first; c <= Math.min(first + SOME - 1, '~'); c++) {
                name.append((char) c);
            }
            names.add(name.append('b').toString());
        }
        names.addAll(
                List.of("spring", "1", "a b", "a/b", "a%2Fb", "a%252Fb", "..", "id:1", "name:x"));
        names.addAll(List.of("caf\u00e9", "\u65e5\u672c"));
        return names;
    }

    private static String address(String name) {
        boolean plain = name.matches("[\\w%/-]+");
        return (plain ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                + "@gmail.lab";
    }

    private static JsonNode json(Ran ran) {
        assertEquals(0, ran.status(), ran.toString());
        return JsonMapper.builder().build().readTree(ran.out());
    }

    private static void submit(SmtpTalk talk, String name) throws IOException {
        String word =
                "=?utf-8?B?"
                        + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8))
                        + "?=";
        String to =
                name.chars().allMatch(c -> c < 0x80)
                        ? address(name)
                        : "ok." + name.length() + "@gmail.lab";
        String message = "From: a@sender.example\r\nX-Campaign: " + word + "\r\n\r\nx\r\n";
        assertEquals(250, talk.deliver("a@sender.example", to, message).code(), name);
    }

    @Test
    void campaigns_contacts_and_suppressions_are_found_by_any_name() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            try (SmtpTalk talk =
                    SmtpTalk.connect(facteur.server().submissionAddresses().getFirst())) {
                talk.greet("client.example");
                assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
                for (String name : names()) {
                    submit(talk, name);
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    facteur.server().store().views().campaigns().all().size()
                                            == names().size());
            for (String name : names()) {
                String called = new NameOrId.Name(name).toString();
                JsonNode campaign = json(Ran.of(config, "campaign", "show", called, "--json"));
                assertEquals(name, campaign.path("name").asString());
                String number = "id:" + campaign.path("id").asInt();
                assertEquals(
                        name,
                        json(Ran.of(config, "campaign", "show", number, "--json"))
                                .path("name")
                                .asString());
            }
            for (String name : names()) {
                if (name.chars().allMatch(c -> c < 0x80)) {
                    person(config, address(name));
                }
            }
            Ran none = Ran.of(config, "campaign", "show", "id:spring");
            assertTrue(none.err().contains("name:id:spring"), none.toString());
            Ran held = Ran.of(config, "queue", "hold", "campaign:id:1", "--why", "x");
            assertEquals(0, held.status(), held.toString());
            assertEquals(1, Ran.of(config, "queue", "hold", "campaign:id:999").status());
        }
    }

    private static void person(Path config, String address) {
        JsonNode contact = json(Ran.of(config, "contact", "show", address, "--json"));
        assertTrue(address.equalsIgnoreCase(contact.path("address").asString()), address);
        assertEquals(
                contact,
                json(Ran.of(config, "contact", "show", "id:" + contact.path("id"), "--json")));
        assertEquals(0, Ran.of(config, "suppression", "add", address).status(), address);
        assertTrue(
                json(Ran.of(config, "suppression", "why", address, "--json"))
                        .path("holding")
                        .asBoolean(false),
                address);
        assertEquals(0, Ran.of(config, "suppression", "remove", address).status(), address);
    }
}
