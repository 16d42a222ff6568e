package facteur.admin;

import facteur.mail.address.Address;
import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.TlsFacts;
import facteur.mail.smtp.Reply;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes what happens to mail into a journal, as submission, delivery and tracker would. */
final class Mailing {
    private final Store store;
    private final MailIds ids = new MailIds(0, new MailId(0));
    private final List<JournalEntry> entries = new ArrayList<>();

    Mailing(Store store) {
        this.store = store;
    }

    /** What a test says of a message; the rest is as usual. */
    record Letter(String campaign, String subject, String sender, String html) {
        static Letter of(String campaign) {
            return new Letter(
                    campaign,
                    "News of " + campaign,
                    "Anne Durand <anne@sender.example>",
                    "<html><body><h1>Bonjour</h1><p>Voici <a href=\"https://shop.example/a\">la"
                            + " boutique</a>.</p></body></html>");
        }
    }

    RecipientId accepted(Letter letter, String address, Instant at) {
        return accepted(letter, address, at, List.of());
    }

    RecipientId accepted(Letter letter, String address, Instant at, List<String> notes) {
        MailId id = ids.next(at);
        byte[] octets = octets(letter, address).getBytes(StandardCharsets.UTF_8);
        MessageFacts facts =
                new MessageFacts(
                        Optional.of(letter.campaign()).filter(name -> !name.isEmpty()),
                        letter.subject(),
                        letter.sender(),
                        "<" + id + "@sender.example>",
                        List.of("newsletter"),
                        Optional.empty(),
                        Map.of(),
                        Tracking.FULL,
                        letter.campaign().isEmpty(),
                        notes);
        entries.add(
                new JournalEntry.Message(
                        new SubmissionEvent.Accepted(
                                id,
                                at,
                                "app",
                                "192.0.2.7",
                                Envelope.of(
                                        new ReversePath.Of(address("news@sender.example")),
                                        List.of(Recipient.of(address(address)))),
                                facts,
                                Handling.ORDINARY,
                                octets.length),
                        List.of(),
                        octets));
        return id.recipient(0);
    }

    private static String octets(Letter letter, String address) {
        return String.join(
                "\r\n",
                "From: " + letter.sender(),
                "To: " + address,
                "Subject: " + letter.subject(),
                "MIME-Version: 1.0",
                "Content-Type: multipart/alternative; boundary=b",
                "",
                "--b",
                "Content-Type: text/plain; charset=utf-8",
                "",
                "Bonjour, voici la boutique : https://shop.example/a",
                "--b",
                "Content-Type: text/html; charset=utf-8",
                "",
                letter.html(),
                "--b--",
                "");
    }

    static Address address(String text) {
        return AddressParser.ascii().address(text).orElseThrow();
    }

    void rendered(RecipientId id, Instant at, int links, boolean pixel) {
        entries.add(new JournalEntry.Happened(new DeliveryEvent.Rendered(id, at, links, pixel)));
    }

    void notTracked(RecipientId id, Instant at, String why) {
        entries.add(new JournalEntry.Happened(new DeliveryEvent.NotTracked(id, at, why)));
    }

    void delivered(RecipientId id, Instant at) {
        ruled(id, at, 1, new Disposition.Delivered(answered(Stage.DOT, 250, "2.0.0 OK, queued")));
    }

    void deferred(RecipientId id, Instant at, Instant next) {
        ruled(
                id,
                at,
                1,
                new Disposition.Deferred(
                        new BounceClass(BounceCategory.GREYLISTED, "greylist-text"),
                        answered(Stage.RCPT, 451, "4.7.1 Greylisted, try again in 5 minutes"),
                        next));
    }

    void hard(RecipientId id, Instant at, String reply) {
        ruled(
                id,
                at,
                1,
                new Disposition.HardBounce(
                        new BounceClass(BounceCategory.BAD_MAILBOX, "enhanced-5.1.1"),
                        answered(Stage.RCPT, 550, reply)));
    }

    void soft(RecipientId id, Instant at, BounceCategory category, String reply) {
        ruled(
                id,
                at,
                1,
                new Disposition.SoftBounce(
                        new BounceClass(category, "enhanced-5.2.2"),
                        answered(Stage.RCPT, 552, reply)));
    }

    void abandoned(RecipientId id, Instant at) {
        entries.add(
                new JournalEntry.Happened(
                        new DeliveryEvent.Ruled(
                                id,
                                at,
                                0,
                                new Disposition.Abandoned(
                                        SuppressionCause.HARD_BOUNCE,
                                        "hard_bounce since 2026-01-02: 550 5.1.1 no such user"),
                                Optional.empty())));
    }

    void opened(RecipientId id, Instant at, Audience audience) {
        entries.add(
                new JournalEntry.Happened(
                        new EngagementEvent.Opened(id, at, audience, Set.of(), "Firefox", 0)));
    }

    void clicked(RecipientId id, Instant at, Audience audience, String target) {
        entries.add(
                new JournalEntry.Happened(
                        new EngagementEvent.Clicked(
                                id,
                                at,
                                audience,
                                audience.isMachine() ? Set.of("burst") : Set.of(),
                                "Firefox",
                                0,
                                1 + target.length() % 3,
                                target)));
    }

    /** What a rule took for a machine's, probably. */
    void doubted(RecipientId id, Instant at, String rule) {
        happened(
                new EngagementEvent.Clicked(
                        id,
                        at,
                        Audience.PROBABLE_MACHINE,
                        Set.of(rule),
                        "Edge",
                        0,
                        1,
                        "https://shop.example/sale"));
    }

    void happened(Event event) {
        entries.add(new JournalEntry.Happened(event));
    }

    void complained(RecipientId id, Instant at) {
        entries.add(
                new JournalEntry.Happened(
                        new FeedbackEvent.Complained(id, at, "feedback@isp.example", id + "-arf")));
    }

    private void ruled(RecipientId id, Instant at, int attempt, Disposition disposition) {
        entries.add(
                new JournalEntry.Happened(
                        new DeliveryEvent.Ruled(
                                id,
                                at,
                                attempt,
                                disposition,
                                Optional.of(
                                        new DeliveryEvent.Hop(
                                                "mx.isp.example",
                                                "mx1.isp.example",
                                                "198.51.100.9",
                                                "a",
                                                Optional.of(
                                                        TlsFacts.unproven(
                                                                "TLSv1.3 TLS_AES_256_GCM_SHA384")),
                                                Duration.ofMillis(184))))));
    }

    private static Evidence answered(Stage stage, int code, String text) {
        return new Evidence.Answered(stage, Reply.of(code, text));
    }

    /** Writes all of it and waits until the views show it. */
    void write() throws InterruptedException {
        if (entries.isEmpty()) {
            return;
        }
        List<Position> positions = store.journal().append(List.copyOf(entries)).join();
        entries.clear();
        store.awaitFolded(positions.getLast(), Duration.ofSeconds(30));
    }
}
