package facteur.server.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.LabServer;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Lists of the command line: filters, limits and pages, towards a running server. */
class ListsTest {
    private static final int MESSAGES = 7;

    @TempDir private Path directory;

    private static JsonNode json(Path config, String... words) throws IOException {
        Ran ran =
                Ran.of(
                        config,
                        Stream.concat(Stream.of(words), Stream.of("--json"))
                                .toArray(String[]::new));
        assertEquals(0, ran.status(), ran.toString());
        return JsonText.read(ran.out());
    }

    private static List<String> subjects(Path config, String... words) throws IOException {
        return json(config, words)
                .path("items")
                .valueStream()
                .map(each -> each.path("subject").asString())
                .toList();
    }

    private static void submit(LabServer facteur) throws IOException {
        try (SmtpTalk talk = SmtpTalk.connect(facteur.server().submissionAddresses().getFirst())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            for (int i = 0; i < MESSAGES; i++) {
                String campaign = i % 2 == 0 ? "even" : "odd";
                talk.ask("MAIL FROM:<a@sender.example>", 250);
                talk.ask("RCPT TO:<ok." + i + "@gmail.lab>", 250);
                talk.ask("RCPT TO:<ok.all@gmail.lab>", 250);
                talk.ask("DATA", 354);
                talk.send(
                        "From: a@sender.example",
                        "Subject: s" + i,
                        "Message-ID: <m" + i + "@sender.example>",
                        "X-Campaign: " + campaign,
                        "",
                        "x",
                        ".");
                talk.expect(250);
            }
        }
    }

    @Test
    void messages_are_found_by_recipient_field_campaign_and_time() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            submit(facteur);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> subjects(config, "message", "list").size() == MESSAGES);
            assertEquals(
                    List.of("s3"), subjects(config, "message", "list", "--to", "ok.3@gmail.lab"));
            assertEquals(
                    List.of("s6", "s4", "s2", "s0"),
                    subjects(
                            config,
                            "message",
                            "list",
                            "--to",
                            "ok.all@gmail.lab",
                            "--campaign",
                            "even"));
            assertEquals(
                    List.of("s5"),
                    subjects(config, "message", "list", "--message-id", "m5@sender.example"));
            assertEquals(
                    List.of(),
                    subjects(
                            config,
                            "message",
                            "list",
                            "--message-id",
                            "<m5@sender.example>",
                            "--campaign",
                            "even"));
            assertEquals(List.of(), subjects(config, "message", "list", "--to", "never@gmail.lab"));
            assertEquals(MESSAGES, subjects(config, "message", "list", "--since", "1h").size());
            assertEquals(List.of(), subjects(config, "message", "list", "--until", "1h"));
            // Page by page nothing is told twice, and nothing is missing.
            String after = "";
            List<String> all = new java.util.ArrayList<>();
            do {
                JsonNode page =
                        json(
                                config,
                                "message",
                                "list",
                                "--campaign",
                                "odd",
                                "--limit",
                                "2",
                                "--after",
                                after);
                page.path("items").forEach(each -> all.add(each.path("subject").asString()));
                after = page.path("next").asString("");
            } while (!after.isEmpty());
            assertEquals(List.of("s5", "s3", "s1"), all);
            Ran wrong = Ran.of(config, "message", "list", "--since", "yesterday");
            assertEquals(2, wrong.status());
            assertTrue(wrong.err().contains("2h, 3d"), wrong.err());
        }
    }

    @Test
    void a_domain_that_is_held_is_shown_with_who_waits_and_by_whose_order() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            Ran held = Ran.of(config, "queue", "hold", "domain:gmail.lab", "--why", "complaints");
            assertEquals(0, held.status(), held.toString());
            submit(facteur);
            JsonNode[] shown = new JsonNode[1];
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                shown[0] =
                                        json(config, "queue", "show", "gmail.lab", "--limit", "5");
                                return shown[0].path("recipients").size() == 5
                                        && shown[0].path("recipients")
                                                .valueStream()
                                                .allMatch(
                                                        r ->
                                                                r.path("state")
                                                                        .asString()
                                                                        .equals("held"));
                            });
            assertEquals("complaints", shown[0].path("holds").path(0).path("why").asString());
            JsonNode listed = json(config, "queue", "list", "--state", "held");
            assertEquals(
                    2 * MESSAGES,
                    listed.path("destinations")
                            .valueStream()
                            .mapToInt(each -> each.path("held_recipients").asInt())
                            .sum());
            assertEquals(1, Ran.of(config, "queue", "show", "nowhere.lab").status());
            assertEquals(2, Ran.of(config, "queue", "list", "--state", "asleep").status());
        }
    }
}
