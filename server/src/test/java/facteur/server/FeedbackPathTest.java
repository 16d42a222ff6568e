package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.AdminAccounts;
import facteur.config.Settings;
import facteur.mail.address.AddressKey;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.status.Status;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.RecipientRow.Badge;
import facteur.store.fold.Suppression;
import facteur.store.view.Views;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.Taken;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What providers send back for mail that they took first. */
class FeedbackPathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private LabServer facteur;

    @BeforeEach
    void start() throws Exception {
        facteur = LabServer.withFeedback(directory);
    }

    @AfterEach
    void stop() {
        facteur.close();
    }

    private Optional<RecipientRow> latest(String address) {
        Views views = facteur.server().store().views();
        return views.contact(new AddressKey(address))
                .map(c -> views.contactMessages(c.id(), Optional.empty(), 1).getFirst().row());
    }

    private void awaitStatus(String address, Status status) {
        await().atMost(PATIENCE)
                .until(() -> latest(address).filter(r -> r.status(false) == status).isPresent());
    }

    private void awaitBadge(String address, Badge badge) {
        await().atMost(PATIENCE)
                .until(() -> latest(address).filter(r -> r.badges().contains(badge)).isPresent());
    }

    private List<Suppression> suppressions(String address) {
        return facteur.server()
                .store()
                .suppressions()
                .row(new AddressKey(address))
                .map(row -> row.holding(Instant.now()))
                .orElse(List.of());
    }

    private Taken taken(String provider, String address) throws InterruptedException {
        return facteur.lab().provider(provider).log().awaitFor(address, PATIENCE);
    }

    @Test
    void a_bounce_that_comes_back_later_is_hard_and_holds_back_the_next_mail() throws Exception {
        String bert = "bounce.bert@gmail.lab";
        WholePathTest.submit(facteur, "spring", bert);
        Taken first = taken("gmail", bert);
        assertTrue(
                first.mailFrom().matches("b-[a-z2-7]{29}@bounces\\.sender\\.example"),
                first.mailFrom());
        awaitStatus(bert, Status.HARD_BOUNCE);
        assertTrue(latest(bert).orElseThrow().badges().contains(Badge.LATE_BOUNCE));
        Suppression held = suppressions(bert).getFirst();
        assertEquals(SuppressionCause.HARD_BOUNCE, held.cause());
        assertTrue(held.why().contains("5.1.1"), held.why());
        assertTrue(held.evidence().isPresent() && !held.rule().isEmpty(), held.toString());

        WholePathTest.submit(facteur, "summer", bert);
        awaitStatus(bert, Status.ABANDONED);
        String because = latest(bert).orElseThrow().reply();
        for (String link : List.of("5.1.1", held.rule(), held.evidence().get().toString())) {
            assertTrue(because.contains(link), because);
        }
        String told = api("/suppressions/" + bert);
        for (String link : List.of("hard_bounce", "5.1.1", held.rule())) {
            assertTrue(told.contains(link), told);
        }
    }

    @Test
    void a_complaint_suppresses_and_is_shown_while_the_mail_stays_delivered() throws Exception {
        String carl = "complain.carl@yahoo.lab";
        WholePathTest.submit(facteur, "spring", carl);
        awaitBadge(carl, Badge.COMPLAINED);
        assertEquals(Status.SENT, latest(carl).orElseThrow().status(false));
        assertEquals(SuppressionCause.COMPLAINT, suppressions(carl).getFirst().cause());
        WholePathTest.submit(facteur, "summer", carl);
        awaitStatus(carl, Status.ABANDONED);
    }

    @Test
    void a_vacation_notice_changes_nothing_but_a_badge() throws Exception {
        String dora = "autoreply.dora@orange.lab";
        WholePathTest.submit(facteur, "spring", dora);
        awaitBadge(dora, Badge.AUTO_REPLIED);
        assertEquals(Status.SENT, latest(dora).orElseThrow().status(false));
        assertTrue(suppressions(dora).isEmpty());
    }

    @Test
    void a_mail_to_the_unsubscribe_address_ends_the_campaigns_and_nothing_else() throws Exception {
        String emil = "ok.emil@gmail.lab";
        WholePathTest.submit(facteur, "spring", emil);
        Taken sent = taken("gmail", emil);
        Matcher mailto =
                Pattern.compile("<mailto:(u-[a-z2-7]+@bounces\\.sender\\.example)\\?")
                        .matcher(sent.text());
        assertTrue(mailto.find(), sent.text());
        assertTrue(sent.text().contains("X-Feedback-Token: b-"), sent.text());
        assertTrue(sent.text().contains("Feedback-ID: spring:campaign:facteur:"), sent.text());
        try (SmtpTalk talk = SmtpTalk.connect(receiver())) {
            talk.greet("reader.example");
            talk.ask("MAIL FROM:<emil@elsewhere.example>", 250);
            talk.ask("RCPT TO:<" + mailto.group(1).toUpperCase(java.util.Locale.ROOT) + ">", 250);
            talk.ask("DATA", 354);
            talk.sendRaw("Subject: unsubscribe\r\n\r\n.\r\n");
            talk.expect(250);
        }
        awaitBadge(emil, Badge.UNSUBSCRIBED);
        Suppression left = suppressions(emil).getFirst();
        assertEquals(SuppressionCause.UNSUBSCRIBED, left.cause());
        assertEquals(new SuppressionScope.Campaigns(), left.scope());
    }

    @Test
    void a_complaint_that_hides_reader_and_return_path_is_resolved_by_the_token_in_the_header()
            throws Exception {
        String fred = "ok.fred@gmail.lab";
        WholePathTest.submit(facteur, "spring", fred);
        String token = taken("gmail", fred).header("X-Feedback-Token").orElseThrow();
        report("staff@provider.example", "fbl@bounces.sender.example", "auth-failure", token);
        report("staff@provider.example", "fbl@bounces.sender.example", "abuse", token);
        awaitBadge(fred, Badge.COMPLAINED);
        assertEquals(1, suppressions(fred).size());
    }

    @Test
    void nothing_is_left_here_by_those_who_were_not_written_to() throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(receiver())) {
            talk.greet("stranger.example");
            talk.ask("MAIL FROM:<>", 250);
            talk.ask("RCPT TO:<b-aaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bounces.sender.example>", 550);
            talk.ask("RCPT TO:<anybody@bounces.sender.example>", 550);
            talk.ask("RCPT TO:<news@sender.example>", 550);
            talk.ask("DATA", 554);
        }
        assertTrue(metrics().contains("facteur_feedback_received_total{outcome=\"forged\"} 1.0"));
    }

    private void report(String from, String to, String type, String token) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(receiver())) {
            talk.greet("provider.example");
            talk.ask("MAIL FROM:<" + from + ">", 250);
            talk.ask("RCPT TO:<" + to + ">", 250);
            talk.ask("DATA", 354);
            talk.sendRaw(
                    """
                    From: <%1$s>
                    Message-ID: <%2$s@provider.example>
                    MIME-Version: 1.0
                    Content-Type: multipart/report; report-type=feedback-report; boundary="b"

                    --b
                    Content-Type: message/feedback-report

                    Feedback-Type: %2$s
                    User-Agent: loop/1
                    Version: 1

                    --b
                    Content-Type: message/rfc822

                    From: News <news@sender.example>
                    To: redacted
                    X-Feedback-Token: %3$s
                    Subject: Printemps

                    redacted
                    --b--
                    .
                    """
                            .formatted(from, type, token)
                            .replace("\n", "\r\n"));
            talk.expect(250);
        }
    }

    private java.net.InetSocketAddress receiver() {
        return facteur.server().feedbackAddress().orElseThrow();
    }

    private String metrics() throws Exception {
        return get("/metrics");
    }

    private String api(String path) throws Exception {
        return get("/api/v1" + path);
    }

    private String get(String path) throws Exception {
        Settings settings = facteur.server().settings();
        String token = Files.readString(AdminAccounts.commandLineToken(settings.dataDir())).strip();
        URI uri =
                URI.create("http://127.0.0.1:" + facteur.server().adminAddress().getPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri)
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
