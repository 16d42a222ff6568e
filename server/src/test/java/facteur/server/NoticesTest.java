package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.DeliveryEvent;
import facteur.store.query.Queries;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sender who asked to be told of a failure gets a notice, through our own queue. */
class NoticesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    @Test
    void a_failure_comes_back_to_who_asked_and_to_nobody_else() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            submit(facteur, "unknown.carl@gmail.lab", "");
            submit(
                    facteur,
                    "unknown.bert@gmail.lab",
                    " NOTIFY=FAILURE ORCPT=rfc822;bert@old.example");
            TakenMessage notice =
                    facteur.lab().provider("orange").log().awaitFor("ok.anne@orange.lab", PATIENCE);
            assertTrue(notice.text().contains("Action: failed"), notice.text());
            assertTrue(
                    notice.text().contains("Original-Recipient: rfc822; bert@old.example"),
                    notice.text());
            assertTrue(
                    notice.text().contains("Final-Recipient: rfc822; unknown.bert@gmail.lab"),
                    notice.text());
            assertEquals(1, facteur.lab().provider("orange").log().all().size());
        }
    }

    /** gmail.lab has no DSN, outlook.lab has; both take the message (RFC 3461 5.2.2). */
    @Test
    void who_asks_for_success_is_told_when_the_host_will_not_tell() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            submit(facteur, "ok.dora@outlook.lab", " NOTIFY=SUCCESS");
            submit(facteur, "ok.carl@gmail.lab", " NOTIFY=FAILURE");
            submit(facteur, "ok.bert@gmail.lab", " NOTIFY=SUCCESS,FAILURE");
            TakenMessage notice =
                    facteur.lab().provider("orange").log().awaitFor("ok.anne@orange.lab", PATIENCE);
            assertTrue(notice.text().contains("Action: relayed"), notice.text());
            assertTrue(
                    notice.text().contains("Final-Recipient: rfc822; ok.bert@gmail.lab"),
                    notice.text());
            await().atMost(PATIENCE).until(() -> told(facteur.server(), "ok.bert").size() == 1);
            assertEquals("relayed", told(facteur.server(), "ok.bert").getFirst().action());
            assertEquals(1, facteur.lab().provider("orange").log().all().size());
        }
    }

    @Test
    void a_notice_that_fails_itself_is_told_where_the_notice_was() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            try (SmtpTalk talk = SmtpTalk.connect(facteur.submission())) {
                talk.greet("client.example");
                assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
                talk.ask("MAIL FROM:<unknown.anne@orange.lab>", 250);
                talk.ask("RCPT TO:<unknown.bert@gmail.lab> NOTIFY=FAILURE", 250);
                talk.ask("DATA", 354);
                talk.sendMessage(
                        "From: unknown.anne@orange.lab\r\nSubject: hello\r\n\r\nHello.\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                talk.expect(250);
            }
            await().atMost(PATIENCE)
                    .until(() -> told(facteur.server(), "unknown.bert").size() == 2);
            List<DeliveryEvent.Notified> told = told(facteur.server(), "unknown.bert");
            assertEquals(1, told.stream().filter(t -> t.notice().isPresent()).count());
            assertTrue(
                    told.stream()
                            .anyMatch(
                                    t ->
                                            t.notice().isEmpty()
                                                    && t.detail().contains("was not delivered: 5")),
                    told::toString);
        }
    }

    @Test
    void a_sender_is_told_a_hundred_times_an_hour_at_most() throws Exception {
        int failures = 103;
        try (LabServer facteur = LabServer.start(directory)) {
            for (int i = 0; i < failures; i++) {
                submit(facteur, "unknown.u" + i + "@gmail.lab", " NOTIFY=FAILURE");
            }
            await().atMost(PATIENCE)
                    .until(() -> told(facteur.server(), failures).size() == failures);
            List<DeliveryEvent.Notified> told = told(facteur.server(), failures);
            assertEquals(100, told.stream().filter(t -> t.notice().isPresent()).count());
            assertTrue(
                    told.stream()
                            .filter(t -> t.notice().isEmpty())
                            .allMatch(t -> t.detail().contains("100 notices an hour")),
                    told::toString);
            await().atMost(PATIENCE)
                    .until(() -> facteur.lab().provider("orange").log().all().size() == 100);
        }
    }

    private static List<DeliveryEvent.Notified> told(Server server, int users) {
        List<DeliveryEvent.Notified> told = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            told.addAll(told(server, "unknown.u" + i));
        }
        return told;
    }

    private static List<DeliveryEvent.Notified> told(Server server, String local) {
        Queries views = server.store().views();
        return views.contacts().find(new Address(local, new Domain("gmail.lab")).key()).stream()
                .flatMap(
                        contact ->
                                views
                                        .contacts()
                                        .messages(contact.id(), Optional.empty(), 1)
                                        .stream())
                .flatMap(recipient -> views.messages().timeline(recipient.id()).events().stream())
                .filter(DeliveryEvent.Notified.class::isInstance)
                .map(DeliveryEvent.Notified.class::cast)
                .toList();
    }

    @Test
    void a_delay_is_told_once() throws Exception {
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults());
                Server server =
                        Server.start(
                                LabServer.settings(
                                        directory, lab, "notices: { delay_after: 1s }"))) {
            submit(
                    server.submissionAddresses().getFirst(),
                    "defer.carl@gmail.lab",
                    " NOTIFY=DELAY");
            TakenMessage notice =
                    lab.provider("orange").log().awaitFor("ok.anne@orange.lab", PATIENCE);
            assertTrue(notice.text().contains("Action: delayed"), notice.text());
            assertTrue(notice.text().contains("Will-Retry-Until: "), notice.text());
            await().atMost(PATIENCE).until(() -> tries(server) >= 4);
            assertEquals(1, told(server, "defer.carl").size(), "told once");
            assertEquals(1, lab.provider("orange").log().all().size());
        }
    }

    private static long tries(Server server) {
        Queries views = server.store().views();
        return views
                .contacts()
                .find(new Address("defer.carl", new Domain("gmail.lab")).key())
                .stream()
                .flatMap(
                        contact ->
                                views
                                        .contacts()
                                        .messages(contact.id(), Optional.empty(), 1)
                                        .stream())
                .flatMap(recipient -> views.messages().timeline(recipient.id()).events().stream())
                .filter(DeliveryEvent.Ruled.class::isInstance)
                .count();
    }

    private static void submit(LabServer facteur, String recipient, String parameters)
            throws Exception {
        submit(facteur.submission(), recipient, parameters);
    }

    private static void submit(InetSocketAddress to, String recipient, String parameters)
            throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(to)) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            talk.ask("MAIL FROM:<ok.anne@orange.lab>", 250);
            talk.ask("RCPT TO:<" + recipient + ">" + parameters, 250);
            talk.ask("DATA", 354);
            talk.sendMessage(
                    "From: ok.anne@orange.lab\r\nSubject: hello\r\n\r\nHello.\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            talk.expect(250);
        }
    }
}
