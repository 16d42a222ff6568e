package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.AddressParser;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Status;
import facteur.store.query.Contact;
import facteur.store.query.Queries;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadReport;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Mail handed in over SMTP ends at the laboratory's providers, and its fate in the views. */
class WholePathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    static void submit(LabServer facteur, String campaign, String... recipients) throws Exception {
        submitTracked(facteur, "all", campaign, recipients);
    }

    /**
     * @param track what the message asks for, as X-Track says it
     */
    static void submitTracked(
            LabServer facteur, String track, String campaign, String... recipients)
            throws Exception {
        try (SmtpTalk talk = facteur.login()) {
            talk.ask("MAIL FROM:<news@sender.example>", 250);
            for (String recipient : recipients) {
                talk.ask("RCPT TO:<" + recipient + ">", 250);
            }
            talk.ask("DATA", 354);
            talk.sendRaw(message(track, campaign));
            talk.expect(250);
        }
    }

    private static String message(String track, String campaign) {
        return """
        From: News <news@sender.example>
        To: you@one.example
        Subject: Printemps
        X-Campaign: %s
        X-Track: %s
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8

        <html><body><p>Bonjour <a href="https://shop.example/a?b=1&amp;c=2#d">la boutique</a></p></body></html>
        .
        """
                .formatted(campaign, track)
                .replace("\n", "\r\n");
    }

    private static Status status(LabServer facteur, String address) {
        var key = AddressParser.ascii().address(address).orElseThrow().key();
        Queries views = facteur.server().store().views();
        Optional<Contact> contact = views.contacts().find(key);
        return contact.map(
                        c ->
                                views.contacts()
                                        .messages(c.id(), Optional.empty(), 1)
                                        .getFirst()
                                        .state()
                                        .status(false))
                .orElse(Status.SENDING);
    }

    private static List<String> story(LabServer facteur, String address) {
        Queries views = facteur.server().store().views();
        var key = AddressParser.ascii().address(address).orElseThrow().key();
        long contact = views.contacts().find(key).orElseThrow().id();
        RecipientId id = views.contacts().messages(contact, Optional.empty(), 1).getFirst().id();
        return views.messages().timeline(id).events().stream()
                .map(
                        event ->
                                switch (event) {
                                    case DeliveryEvent.Rendered e ->
                                            e.links() + " links, pixel " + e.pixel();
                                    case DeliveryEvent.Ruled e ->
                                            e.disposition().isFinal() ? "delivered" : "deferred";
                                    default -> event.toString();
                                })
                .toList();
    }

    @Test
    void each_recipient_ends_with_the_status_that_his_server_gave_him() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            submit(
                    facteur,
                    "spring",
                    "ok.anne@gmail.lab",
                    "unknown.bert@outlook.lab",
                    "spam.carl@yahoo.lab",
                    "greylist.dora@orange.lab",
                    "x@nullmx.lab",
                    "y@nowhere.lab");
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "ok.anne@gmail.lab") == Status.SENT);
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "unknown.bert@outlook.lab") == Status.HARD_BOUNCE);
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "spam.carl@yahoo.lab") == Status.SOFT_BOUNCE);
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "x@nullmx.lab") == Status.HARD_BOUNCE);
            assertEquals(Status.SENDING, status(facteur, "greylist.dora@orange.lab"));
            assertEquals(Status.SENDING, status(facteur, "y@nowhere.lab"));
            var taken =
                    facteur.lab().provider("gmail").log().awaitFor("ok.anne@gmail.lab", PATIENCE);
            assertTrue(taken.text().contains("/c/"), taken.text());
            assertTrue(taken.text().contains("/o/"), taken.text());
            assertTrue(!taken.text().contains("X-Campaign"), taken.text());
        }
    }

    @Test
    void later_mail_to_a_bounced_address_is_abandoned_with_the_evidence_and_never_sent()
            throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            submit(facteur, "spring", "unknown.bert@gmail.lab");
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "unknown.bert@gmail.lab") == Status.HARD_BOUNCE);
            long before = facteur.lab().provider("gmail").counts().connections();
            submit(facteur, "summer", "unknown.bert@gmail.lab");
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "unknown.bert@gmail.lab") == Status.ABANDONED);
            assertEquals(before, facteur.lab().provider("gmail").counts().connections());
            var contact =
                    facteur.server()
                            .store()
                            .views()
                            .contacts()
                            .find(
                                    AddressParser.ascii()
                                            .address("unknown.bert@gmail.lab")
                                            .orElseThrow()
                                            .key())
                            .orElseThrow();
            String reply =
                    facteur.server()
                            .store()
                            .views()
                            .contacts()
                            .messages(contact.id(), Optional.empty(), 1)
                            .getFirst()
                            .state()
                            .reply();
            assertTrue(reply.contains("5.1.1"), reply);
        }
    }

    @Test
    void what_waits_when_the_server_stops_is_sent_after_the_next_start() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            submit(facteur, "spring", "deferonce.anne@gmail.lab");
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    facteur
                                            .server()
                                            .store()
                                            .views()
                                            .queue()
                                            .pending(Optional.empty(), 9)
                                            .stream()
                                            .anyMatch(p -> p.attempts() == 1));
            facteur.restart();
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, "deferonce.anne@gmail.lab") == Status.SENT);
            assertEquals(
                    List.of("1 links, pixel true", "deferred", "delivered"),
                    story(facteur, "deferonce.anne@gmail.lab"));
        }
    }

    @Test
    void a_thousand_messages_arrive_once_each() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            LoadReport report =
                    LoadSource.run(
                            LoadOptions.to(facteur.submission(), 1000, 10)
                                    .login(LabServer.USER, LabServer.PASSWORD)
                                    .recipients("user%d@d%d.gmail.lab", 20, 1)
                                    .campaign("load")
                                    .build());
            facteur.lab().provider("gmail").log().awaitTotal(1000, PATIENCE);
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    facteur.server()
                                            .store()
                                            .views()
                                            .queue()
                                            .pending(Optional.empty(), 1)
                                            .isEmpty());
            List<String> ids =
                    facteur.lab().provider("gmail").log().all().stream()
                            .map(taken -> taken.header("X-Lab-Id").orElseThrow())
                            .toList();
            assertEquals(1000, ids.size());
            assertEquals(1000, ids.stream().distinct().count());
            System.out.println("1000 messages: " + report);
        }
    }
}
