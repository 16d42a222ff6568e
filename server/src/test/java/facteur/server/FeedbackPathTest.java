package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.status.Status;
import facteur.mail.suppression.Suppression;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientState.Badge;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
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

    private Optional<RecipientState> latest(String address) {
        return facteur.latest(address);
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
        return facteur.suppressions(address);
    }

    private TakenMessage taken(String provider, String address) throws InterruptedException {
        return facteur.lab().provider(provider).log().awaitFor(address, PATIENCE);
    }

    @Test
    void a_bounce_that_comes_back_later_is_hard_and_holds_back_the_next_mail() throws Exception {
        String bert = "bounce.bert@gmail.lab";
        WholePathTest.submit(facteur, "spring", bert);
        TakenMessage first = taken("gmail", bert);
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
        String told = facteur.get("/api/v1/suppressions/" + bert);
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
        TakenMessage sent = taken("gmail", emil);
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
    void one_click_ends_the_campaigns_and_other_mail_goes_on() throws Exception {
        String hugo = "ok.hugo@gmail.lab";
        WholePathTest.submit(facteur, "spring", hugo);
        TakenMessage sent = taken("gmail", hugo);
        Matcher https =
                Pattern.compile("List-Unsubscribe:\\s+<([^>]+/u/[^>]+)>").matcher(sent.text());
        assertTrue(https.find(), sent.text());
        HttpRequest click =
                HttpRequest.newBuilder(URI.create(https.group(1)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click"))
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertEquals(
                    200, client.send(click, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
        awaitBadge(hugo, Badge.UNSUBSCRIBED);
        Suppression left = suppressions(hugo).getFirst();
        assertEquals(SuppressionCause.UNSUBSCRIBED, left.cause());
        assertEquals(new SuppressionScope.Campaigns(), left.scope());
        WholePathTest.submit(facteur, "summer", hugo);
        awaitStatus(hugo, Status.ABANDONED);
        try (SmtpTalk talk = facteur.login()) {
            String receipt = "From: <shop@sender.example>\r\nSubject: receipt\r\n\r\nthanks\r\n";
            assertEquals(250, talk.deliver("shop@sender.example", hugo, receipt).code());
        }
        awaitStatus(hugo, Status.SENT);
    }

    @Test
    void a_suppression_that_comes_while_a_message_waits_holds_it_back() throws Exception {
        String ida = "defer.ida@gmail.lab";
        WholePathTest.submit(facteur, "spring", ida);
        await().atMost(PATIENCE)
                .until(() -> latest(ida).filter(row -> row.attempts() > 0).isPresent());
        assertEquals(
                200,
                facteur.post(
                        "/api/v1/suppressions",
                        "{\"address\": \"" + ida + "\", \"why\": \"asked by phone\"}"));
        awaitStatus(ida, Status.ABANDONED);
        assertTrue(latest(ida).orElseThrow().reply().contains("asked by phone"));
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
        String metrics = facteur.get("/metrics");
        assertTrue(
                metrics.contains("facteur_feedback_received_total{outcome=\"forged\"} 1.0"),
                () ->
                        metrics.lines()
                                .filter(line -> line.contains("feedback"))
                                .toList()
                                .toString());
    }

    @Test
    void a_bounce_may_come_by_tls_and_nothing_that_was_sent_ahead_of_it_counts() throws Exception {
        String gina = "ok.gina@gmail.lab";
        WholePathTest.submit(facteur, "spring", gina);
        String back = taken("gmail", gina).mailFrom();
        try (SmtpTalk talk = SmtpTalk.connect(receiver())) {
            assertTrue(talk.greet("mx.provider.example").toString().contains("STARTTLS"));
            talk.startTls();
            talk.ask("MAIL FROM:<>", 503);
            String secured = talk.ask("EHLO mx.provider.example", 250).toString();
            assertTrue(!secured.contains("STARTTLS"), secured);
            talk.ask("MAIL FROM:<>", 250);
            talk.ask("RCPT TO:<" + back + ">", 250);
            talk.ask("DATA", 354);
            talk.sendRaw(
                    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
                            + "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                            + "Reporting-MTA: dns; mx.provider.example\r\n\r\n"
                            + "Final-Recipient: rfc822; "
                            + gina
                            + "\r\n"
                            + "Action: failed\r\n"
                            + "Status: 5.1.1\r\n"
                            + "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
                            + "--b--\r\n"
                            + ".\r\n");
            talk.expect(250);
        }
        awaitStatus(gina, Status.HARD_BOUNCE);
        try (SmtpTalk talk = SmtpTalk.connect(receiver())) {
            talk.greet("mx.provider.example");
            talk.sendRaw("STARTTLS\r\nMAIL FROM:<>\r\n");
            talk.expect(220);
            assertTrue(talk.closedByPeer(), "commands behind STARTTLS end the connection");
        }
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
}
