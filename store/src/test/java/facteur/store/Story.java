package facteur.store;

import facteur.mail.address.Address;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Mail with every kind of fate, made from a seed. */
public final class Story {
    private final Random random;
    private long next = 1;

    public Story(long seed) {
        this.random = new Random(seed);
    }

    /** Appends messages and what becomes of them, and waits until the views know it. */
    public void tell(Store store, int messages, int octets) throws InterruptedException {
        Position last = Position.START;
        for (int i = 0; i < messages; i++) {
            long id = next++;
            List<Address> to = new ArrayList<>();
            for (int r = 0; r <= random.nextInt(2); r++) {
                to.add(
                        Samples.address(
                                "p" + random.nextInt(40), "d" + random.nextInt(5) + ".example"));
            }
            String campaign = random.nextInt(4) == 0 ? "" : "c" + random.nextInt(3);
            byte[] body = new byte[octets];
            random.nextBytes(body);
            JournalEntry message =
                    new JournalEntry.Message(
                            Samples.accepted(id, campaign, to.toArray(Address[]::new)),
                            List.of(),
                            body);
            last = store.journal().append(List.of(message)).join().getFirst();
            for (int r = 0; r < to.size(); r++) {
                for (Event event : fate(new RecipientId(new MailId(id), r))) {
                    last = store.journal().append(event).join();
                }
            }
        }
        if (!store.awaitFolded(last, Duration.ofSeconds(60))) {
            throw new IllegalStateException("the views do not follow");
        }
    }

    private List<Event> fate(RecipientId id) {
        return switch (random.nextInt(8)) {
            case 0 -> List.of(Samples.ruled(id, 1, 1, Samples.hard()));
            case 1 -> List.of(Samples.ruled(id, 1, 1, Samples.soft(BounceCategory.MAILBOX_FULL)));
            case 2 ->
                    List.of(
                            Samples.ruled(id, 1, 1, Samples.deferred(1)),
                            Samples.ruled(id, 400, 2, Samples.delivered()));
            case 3 ->
                    List.of(
                            Samples.ruled(id, 1, 1, Samples.delivered()),
                            Samples.opened(id, 1, Audience.MACHINE),
                            Samples.late(id, 5));
            case 4 ->
                    List.of(
                            Samples.opened(id, 1, Audience.HUMAN),
                            Samples.ruled(id, 1, 1, Samples.delivered()),
                            Samples.clicked(id, 2, Audience.HUMAN));
            default -> List.of(Samples.ruled(id, 1, 1, Samples.delivered()));
        };
    }

    /** A message that nobody has tried to send yet. */
    public MailId owed(Store store, String local, byte[] body) throws InterruptedException {
        MailId id = new MailId(next++);
        JournalEntry message =
                new JournalEntry.Message(
                        Samples.accepted(
                                id,
                                Samples.NOON,
                                body.length,
                                "slow",
                                Samples.address(local, "late.example")),
                        List.of(),
                        body);
        Position at = store.journal().append(List.of(message)).join().getFirst();
        if (!store.awaitFolded(at, Duration.ofSeconds(60))) {
            throw new IllegalStateException("the views do not follow");
        }
        return id;
    }
}
