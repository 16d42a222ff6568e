package facteur.store.laboratory;

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
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.TlsFacts;
import facteur.mail.smtp.Reply;
import facteur.store.BulkFold;
import facteur.store.Store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes a store that looks as after years of mail, to be looked at and measured: campaigns with
 * every status, all of it settled.
 */
public final class Filling {
    private static final int BATCH = 200_000;
    private static final int DOMAINS = 500;
    private static final Domain SENDER = new Domain("shop.example");
    private static final Tracking TRACKED = Tracking.FULL;

    private final Plan plan;
    private final Instant begin;

    /**
     * How much there is to be.
     *
     * @param recipients in all; each campaign has as many as any other
     */
    public record Plan(long recipients, int campaigns, int contacts, Instant until) {
        public Plan {
            if (recipients < campaigns || campaigns < 1 || contacts < 1) {
                throw new IllegalArgumentException(
                        "at least one campaign, one contact and one recipient each");
            }
        }

        long each() {
            return recipients / campaigns;
        }
    }

    private Filling(Plan plan) {
        this.plan = plan;
        // To the millisecond, as events are that come from a journal.
        this.begin =
                plan.until()
                        .minus(Duration.ofDays(plan.campaigns()))
                        .truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Fills an empty data directory.
     *
     * @param progress is told in words
     * @throws IOException when there are views in the directory already, or the disk fails
     */
    public static void run(Store.Options options, Plan plan, Consumer<String> progress)
            throws IOException {
        try (BulkFold views = BulkFold.open(options)) {
            new Filling(plan).fill(views, progress);
        }
    }

    private void fill(BulkFold views, Consumer<String> progress) {
        long done = 0;
        List<Event> batch = new ArrayList<>(BATCH);
        for (int campaign = 0; campaign < plan.campaigns(); campaign++) {
            for (long i = 0; i < plan.each(); i++) {
                happen(campaign, i, batch);
                if (batch.size() >= BATCH) {
                    fold(views, batch);
                }
            }
            fold(views, batch);
            done += plan.each();
            progress.accept(done + " of " + plan.recipients() + " recipients");
        }
    }

    private static void fold(BulkFold views, List<Event> batch) {
        views.fold(batch);
        batch.clear();
    }

    /** A campaign a day, sent within its first hours. */
    private void happen(int campaign, long i, List<Event> into) {
        Instant at = begin.plus(Duration.ofDays(campaign)).plusMillis(i * 100);
        MailId id = new MailId(MailId.firstAt(at).value() + 1);
        RecipientId recipient = id.recipient(0);
        long contact = (campaign * plan.each() + i) % plan.contacts();
        into.add(accepted(campaign, contact, id, at));
        // Spread evenly, and the same at each run.
        int chance = (int) Math.floorMod((id.value() * 0x9e3779b97f4a7c15L) >>> 33, 1000L);
        Instant tried = at.plusSeconds(2);
        if (chance < 12) {
            into.add(ruled(recipient, tried, hard()));
        } else if (chance < 20) {
            into.add(ruled(recipient, tried, soft()));
        } else {
            into.add(ruled(recipient, tried, delivered()));
            engage(recipient, at.plus(Duration.ofMinutes(5L + chance)), chance, into);
        }
    }

    private static void engage(RecipientId id, Instant at, int chance, List<Event> into) {
        if (chance < 320) {
            Audience who = chance < 80 ? Audience.MACHINE : Audience.HUMAN;
            into.add(new EngagementEvent.Opened(id, at, who, Set.of(), "Chrome", 0));
        }
        if (chance >= 280 && chance < 320) {
            into.add(
                    new EngagementEvent.Clicked(
                            id,
                            at.plusSeconds(20),
                            Audience.HUMAN,
                            Set.of(),
                            "Chrome",
                            0,
                            chance % 5,
                            "https://shop.example/" + chance % 5));
        }
    }

    private static SubmissionEvent.Accepted accepted(
            int campaign, long contact, MailId id, Instant at) {
        Address to =
                new Address("contact" + contact, new Domain("d" + contact % DOMAINS + ".example"));
        return new SubmissionEvent.Accepted(
                id,
                at,
                "app",
                "127.0.0.1",
                Envelope.of(
                        new ReversePath.Of(new Address("news", SENDER)), List.of(Recipient.of(to))),
                new MessageFacts(
                        Optional.of("campaign-" + campaign),
                        "News " + campaign,
                        "Shop <news@shop.example>",
                        "<" + id + "@shop.example>",
                        List.of("filled"),
                        Optional.empty(),
                        Map.of(),
                        TRACKED,
                        false,
                        List.of()),
                Handling.ORDINARY,
                4096);
    }

    private static DeliveryEvent.Ruled ruled(RecipientId id, Instant at, Disposition disposition) {
        return new DeliveryEvent.Ruled(
                id,
                at,
                1,
                disposition,
                Optional.of(
                        new DeliveryEvent.Hop(
                                "mx.example",
                                "mx1.mx.example",
                                "192.0.2.25",
                                "default",
                                Optional.of(TlsFacts.unproven("TLSv1.3")),
                                Duration.ofMillis(80))));
    }

    private static Disposition delivered() {
        return new Disposition.Delivered(
                new Evidence.Answered(Stage.DOT, Reply.of(250, "2.0.0 queued")));
    }

    private static Disposition hard() {
        return new Disposition.HardBounce(
                new BounceClass(BounceCategory.BAD_MAILBOX, "enhanced-5.1.1"),
                new Evidence.Answered(Stage.RCPT, Reply.of(550, "5.1.1 no such user here")));
    }

    private static Disposition soft() {
        return new Disposition.SoftBounce(
                new BounceClass(BounceCategory.MAILBOX_FULL, "enhanced-5.2.2"),
                new Evidence.Answered(Stage.RCPT, Reply.of(552, "5.2.2 mailbox full")));
    }
}
