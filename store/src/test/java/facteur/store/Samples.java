package facteur.store;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.FeedbackEvent;
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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Events for tests. */
public final class Samples {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Samples() {}

    public static Address address(String local, String domain) {
        return new Address(local, new Domain(domain));
    }

    public static SubmissionEvent.Accepted accepted(
            long id, String campaign, Address... recipients) {
        return accepted(new MailId(id), NOON.plusSeconds(id), 1234, campaign, recipients);
    }

    public static SubmissionEvent.Accepted accepted(
            MailId id, Instant at, long size, String campaign, Address... recipients) {
        Envelope envelope =
                Envelope.of(
                        new ReversePath.Of(address("news", "sender.example")),
                        List.of(recipients).stream().map(Recipient::of).toList());
        MessageFacts facts =
                new MessageFacts(
                        campaign.isEmpty() ? Optional.empty() : Optional.of(campaign),
                        "Printemps",
                        "News <news@sender.example>",
                        "<" + id.value() + "@sender.example>",
                        List.of("tag"),
                        Optional.empty(),
                        Map.of("k", "v"),
                        Tracking.FULL,
                        campaign.isEmpty(),
                        List.of());
        return new SubmissionEvent.Accepted(
                id, at, "app", "192.0.2.1", envelope, facts, Handling.ORDINARY, size);
    }

    public static DeliveryEvent.Ruled ruled(
            RecipientId id, int second, int attempt, Disposition disposition) {
        return new DeliveryEvent.Ruled(
                id,
                NOON.plusSeconds(1000 + second),
                attempt,
                disposition,
                Optional.of(
                        new DeliveryEvent.Hop(
                                "mx.example",
                                "mx1.mx.example",
                                "192.0.2.9",
                                "a",
                                Optional.of(TlsFacts.unproven("TLSv1.3")),
                                Duration.ofMillis(12))));
    }

    public static DeliveryEvent.Rendered rendered(RecipientId id, int second) {
        return new DeliveryEvent.Rendered(id, NOON.plusSeconds(1000 + second), 2, true);
    }

    public static Disposition delivered() {
        return new Disposition.Delivered(
                new Evidence.Answered(Stage.DOT, Reply.of(250, "2.0.0 ok")));
    }

    public static Disposition deferred(int second) {
        return new Disposition.Deferred(
                new BounceClass(BounceCategory.GREYLISTED, "greylist"),
                new Evidence.Answered(Stage.RCPT, Reply.of(451, "4.7.1 greylisted")),
                NOON.plusSeconds(1000 + second + 300));
    }

    public static Disposition hard() {
        return new Disposition.HardBounce(
                new BounceClass(BounceCategory.BAD_MAILBOX, "enhanced-5.1.1"),
                new Evidence.Answered(Stage.RCPT, Reply.of(550, "5.1.1 no such user")));
    }

    public static Disposition soft(BounceCategory category) {
        return new Disposition.SoftBounce(
                new BounceClass(category, "rule"),
                new Evidence.Answered(Stage.RCPT, Reply.of(552, "5.2.2 full")));
    }

    public static EngagementEvent.Opened opened(RecipientId id, int second, Audience audience) {
        return new EngagementEvent.Opened(
                id, NOON.plusSeconds(2000 + second), audience, Set.of("r"), "Chrome", 0);
    }

    public static EngagementEvent.Clicked clicked(RecipientId id, int second, Audience audience) {
        return new EngagementEvent.Clicked(
                id,
                NOON.plusSeconds(2000 + second),
                audience,
                Set.of(),
                "Chrome",
                0,
                1,
                "https://shop.example/");
    }

    public static FeedbackEvent.Bounced late(RecipientId id, int second) {
        return new FeedbackEvent.Bounced(
                id,
                NOON.plusSeconds(5000 + second),
                true,
                new BounceClass(BounceCategory.BAD_MAILBOX, "dsn"),
                new Evidence.Answered(Stage.REPORT, Reply.of(550, "5.1.1 gone")),
                false,
                "<report@mx.example>");
    }
}
