package facteur.server;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
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
import facteur.mail.smtp.Reply;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Campaigns as they went over days, written into the journal of a running server. */
final class PastCampaign {
    private static final int AT_ONCE = 2000;

    private final Store store;
    private final MailIds ids = new MailIds(7, new MailId(0));
    private final SplittableRandom chance = new SplittableRandom(42);
    private final List<JournalEntry> entries = new ArrayList<>();

    PastCampaign(Store store) {
        this.store = store;
    }

    /**
     * Writes one; earlier ones have to be written first.
     *
     * @param sending how long it took to send
     * @param reading how long a recipient may wait before he reads; most wait much less
     */
    void write(String name, int people, Instant from, Duration sending, Duration reading)
            throws InterruptedException {
        for (int i = 0; i < people; i++) {
            Instant at = from.plus(sending.multipliedBy(i).dividedBy(people));
            RecipientId id = accepted(name, new Address("p" + i, new Domain("gmail.lab")), at);
            Instant ruled = at.plusSeconds(3);
            double fate = chance.nextDouble();
            if (fate < .04) {
                happened(refused(id, ruled));
            } else {
                happened(ruled(id, ruled, new Disposition.Delivered(answered(250, "2.0.0 ok"))));
                read(id, ruled.plusSeconds(60), reading, fate);
            }
            if (entries.size() > AT_ONCE) {
                append();
            }
        }
        Position last = append();
        store.awaitFolded(last, Duration.ofSeconds(60));
    }

    private void read(RecipientId id, Instant delivered, Duration reading, double fate) {
        double wait = Math.pow(chance.nextDouble(), 4);
        Instant at = delivered.plusMillis((long) (wait * reading.toMillis()));
        if (fate < .5) {
            happened(new EngagementEvent.Opened(id, at, Audience.HUMAN, Set.of(), "Firefox", 0));
        }
        if (fate < .16) {
            happened(
                    new EngagementEvent.Clicked(
                            id,
                            at.plusSeconds(40),
                            Audience.HUMAN,
                            Set.of(),
                            "Firefox",
                            0,
                            0,
                            "https://shop.example/"));
        }
    }

    private static DeliveryEvent.Ruled refused(RecipientId id, Instant at) {
        return ruled(
                id,
                at,
                new Disposition.SoftBounce(
                        new BounceClass(BounceCategory.MAILBOX_FULL, "enhanced-5.2.2"),
                        answered(552, "5.2.2 Mailbox full")));
    }

    private static DeliveryEvent.Ruled ruled(RecipientId id, Instant at, Disposition disposition) {
        return new DeliveryEvent.Ruled(id, at, 1, disposition, Optional.empty());
    }

    private static Evidence answered(int code, String text) {
        return new Evidence.Answered(Stage.DOT, Reply.of(code, text));
    }

    private RecipientId accepted(String campaign, Address to, Instant at) {
        MailId id = ids.next(at);
        MessageFacts facts =
                new MessageFacts(
                        Optional.of(campaign),
                        "Les nouvelles",
                        "News <news@sender.example>",
                        "<" + id + "@sender.example>",
                        List.of(),
                        Optional.empty(),
                        Map.of(),
                        Tracking.FULL,
                        false,
                        List.of());
        byte[] octets = {'x', '\r', '\n'};
        entries.add(
                new JournalEntry.Message(
                        new SubmissionEvent.Accepted(
                                id,
                                at,
                                "app",
                                "192.0.2.7",
                                Envelope.of(
                                        new ReversePath.Of(
                                                new Address("news", new Domain("sender.example"))),
                                        List.of(Recipient.of(to))),
                                facts,
                                Handling.ORDINARY,
                                octets.length),
                        List.of(),
                        octets));
        return id.recipient(0);
    }

    private void happened(Event event) {
        entries.add(new JournalEntry.Happened(event));
    }

    private Position append() {
        Position last = store.journal().append(List.copyOf(entries)).join().getLast();
        entries.clear();
        return last;
    }
}
