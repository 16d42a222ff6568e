package facteur.server.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.status.Status;
import facteur.server.LabServer;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules of an operator's own: put to work by a reload, and tried on what is stored. */
class RulesFileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private Path bounces;
    private Path robots;
    private LabServer facteur;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        bounces = bounces("own.yaml", "own-1", "house-words", "policy_block");
        robots = robots("robots.yaml", "machine");
        facteur =
                LabServer.with(
                        directory, "rules: { bounces: %s, robots: %s }".formatted(bounces, robots));
        config = SuppressionCommandsTest.reachable(directory, facteur.server());
    }

    @AfterEach
    void stop() {
        facteur.close();
    }

    private Path bounces(String file, String version, String rule, String category)
            throws Exception {
        return Files.writeString(
                directory.resolve(file),
                """
                version: "%s"
                categories: {}
                providers: {}
                by_text:
                  - { id: %s, category: %s, text: ['unsolicited mail'], cite: "our own" }
                """
                        .formatted(version, rule, category));
    }

    private Path robots(String file, String audience) throws Exception {
        return Files.writeString(
                directory.resolve(file),
                """
                date: 2026-11-24
                agents:
                  - { id: house-reader, audience: %s, words: [outlook] }
                networks: []
                """
                        .formatted(audience));
    }

    private String classified(String reply) throws Exception {
        return facteur.get(
                "/api/v1/rules/classify?stage=dot&reply="
                        + URLEncoder.encode(reply, StandardCharsets.UTF_8));
    }

    private void submit(String address, Status ends) throws Exception {
        try (SmtpTalk talk = facteur.login()) {
            String html =
                    "From: <news@sender.example>\r\n"
                        + "Content-Type: text/html\r\n"
                        + "X-Campaign: spring\r\n\r\n"
                        + "<html><body><a href=\"https://shop.example/\">x</a></body></html>\r\n";
            assertEquals(250, talk.deliver("news@sender.example", address, html).code());
        }
        await().atMost(PATIENCE)
                .until(
                        () ->
                                facteur.latest(address)
                                        .filter(row -> row.status(true) == ends)
                                        .isPresent());
    }

    @Test
    void a_stage_that_is_none_has_no_refusal() throws Exception {
        String answer = facteur.get("/api/v1/rules/classify?stage=evil&reply=550+5.7.1+no");
        assertTrue(answer.contains("\\\"evil\\\" is none of dns, connect"), answer);
    }

    @Test
    void a_reload_reads_the_file_again_and_a_bad_one_leaves_the_old_rules() throws Exception {
        String reply = "550 5.7.1 likely unsolicited mail";
        assertTrue(classified(reply).contains("house-words"), classified(reply));
        submit("spam.anne@gmail.lab", Status.SOFT_BOUNCE);
        assertEquals(
                "house-words@own-1", facteur.latest("spam.anne@gmail.lab").orElseThrow().rule());

        bounces("own.yaml", "own-2", "other-words", "mailbox_full");
        assertEquals(List.of(), facteur.server().reload().problems());
        assertTrue(classified(reply).contains("other-words"), classified(reply));
        submit("spam.bert@gmail.lab", Status.SOFT_BOUNCE);
        assertEquals(
                "other-words@own-2", facteur.latest("spam.bert@gmail.lab").orElseThrow().rule());

        bounces("own.yaml", "own-3", "bad-words", "whim");
        List<String> problems = facteur.server().reload().problems();
        assertTrue(
                problems.toString().contains("own.yaml:5") && problems.toString().contains("whim"),
                problems::toString);
        assertTrue(classified(reply).contains("other-words"), "the old rules stay");

        bounces("own.yaml", "own-4", "good-words", "reputation");
        Files.writeString(robots, "agents: [");
        problems = facteur.server().reload().problems();
        assertTrue(problems.toString().contains("robots.yaml"), problems::toString);
        assertTrue(classified(reply).contains("other-words"), "all is swapped or nothing");
    }

    @Test
    void a_trial_tells_which_stored_replies_other_rules_would_read_otherwise() throws Exception {
        submit("spam.anne@gmail.lab", Status.SOFT_BOUNCE);
        submit("spam.bert@gmail.lab", Status.SOFT_BOUNCE);
        submit("overquota.carl@gmail.lab", Status.SOFT_BOUNCE);
        Path other = bounces("other.yaml", "trial-1", "on-trial", "inactive_mailbox");
        String same = trial("--since", "7d");
        assertTrue(same.contains("\"replies\":3") && same.contains("\"changes\":[]"), same);
        String changed = trial("--since", "7d", "--rules", other.toString());
        for (String part :
                List.of(
                        "\"version\":\"trial-1\"",
                        "\"replies\":3",
                        "unsolicited",
                        "softpolicy_blockbyhouse-words@own-1",
                        "softinactive_mailboxbyon-trial",
                        "\"count\":2")) {
            assertTrue(changed.contains(part), part + " in " + changed);
        }
        assertTrue(!changed.contains("OverQuota"), "what stays as it was is not told: " + changed);
        // Only mail that was accepted since then.
        await().atMost(PATIENCE).until(() -> trial("--since", "1s").contains("\"replies\":0"));
        assertEquals(
                "house-words@own-1",
                facteur.latest("spam.anne@gmail.lab").orElseThrow().rule(),
                "nothing is changed");
    }

    @Test
    void a_trial_of_robot_rules_tells_whose_hits_would_be_whose() throws Exception {
        submit("ok.anne@gmail.lab", Status.SENT);
        TakenMessage takenMessage =
                facteur.lab().provider("gmail").log().awaitFor("ok.anne@gmail.lab", PATIENCE);
        // Nobody reads within two seconds of the delivery: such a hit counts as a machine's.
        await().atMost(PATIENCE)
                .until(() -> Instant.now().isAfter(takenMessage.at().plusSeconds(3)));
        read(takenMessage, "Mozilla/5.0 (Windows NT 10.0) Microsoft Outlook 16.0");
        await().atMost(PATIENCE)
                .until(() -> trial("--robots", "--since", "7d").contains("\"replies\":1"));
        Path other = robots("other.yaml", "human");
        String changed = trial("--robots", "--since", "7d", "--rules", other.toString());
        for (String part : List.of("openedby", "machinebyhouse-reader", "humanbyhouse-reader")) {
            assertTrue(changed.contains(part), part + " in " + changed);
        }
        Path broken = Files.writeString(directory.resolve("broken.yaml"), "agents: [");
        Ran refused = Ran.of(config, "rules", "dry-run", "--robots", "--rules", broken.toString());
        assertTrue(
                refused.status() != 0 && refused.err().contains("robots.yaml"), refused::toString);
    }

    /** What a dry-run answers, without blanks. */
    private String trial(String... more) {
        String[] words =
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("rules", "dry-run", "--json"),
                                java.util.stream.Stream.of(more))
                        .toArray(String[]::new);
        Ran ran = Ran.of(config, words);
        assertEquals(0, ran.status(), ran::toString);
        return ran.out().replaceAll("\\s", "");
    }

    private static void read(TakenMessage takenMessage, String agent) throws Exception {
        Matcher pixel =
                Pattern.compile("http://127\\.0\\.0\\.1:\\d+/o/[A-Za-z0-9_-]+")
                        .matcher(takenMessage.text().replace("=\r\n", ""));
        assertTrue(pixel.find(), takenMessage.text());
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(
                    HttpRequest.newBuilder(URI.create(pixel.group()))
                            .header("User-Agent", agent)
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    @Test
    void one_reply_is_explained_with_what_the_rules_see_and_what_follows() {
        Ran told = Ran.of("rules", "explain", "--stage", "mail", "421 4.7.0 rate limit exceeded");
        for (String part :
                List.of(
                        "meaning:  soft",
                        "category: rate_limited",
                        "rule:     ",
                        "cites:    ",
                        "about:    source",
                        "effect:   half as many messages from this source to the site for 30m",
                        "conseil:  ")) {
            assertTrue(told.out().contains(part), part + " in " + told);
        }
    }

    @Test
    void rules_can_be_held_against_a_file_of_replies() throws Exception {
        Path replies =
                Files.writeString(
                        directory.resolve("replies.tsv"),
                        "hard\tbad_mailbox\t550 5.1.1 no such user\n"
                                + "hard\tbad_mailbox\t550 5.7.1 spam\n");
        Ran tested = Ran.of("rules", "test", replies.toString());
        assertEquals(1, tested.status(), tested.toString());
        assertTrue(tested.out().contains("line 2: hard bad_mailbox expected"), tested.out());
        assertTrue(tested.out().contains("2 replies, 1 ruled as expected"), tested.out());
    }
}
