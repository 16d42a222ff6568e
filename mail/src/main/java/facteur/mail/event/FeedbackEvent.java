package facteur.mail.event;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Evidence;

import java.time.Instant;

/** What came back later, by mail, under a valid return-path token. */
public sealed interface FeedbackEvent extends Event {
    RecipientId recipient();

    /**
     * A report says that delivery failed after all.
     *
     * @param hard whether the address is proven bad
     * @param forwarded whether the final recipient is another than ours: then nothing is suppressed
     * @param reportId Message-ID of the report, or a hash of its body; makes repeats one
     */
    record Bounced(
            RecipientId recipient,
            Instant at,
            boolean hard,
            BounceClass why,
            Evidence evidence,
            boolean forwarded,
            String reportId)
            implements FeedbackEvent {}

    /**
     * A report that changes no status: delayed, delivered, relayed, auto-reply, challenge, receipt.
     */
    record Noted(RecipientId recipient, Instant at, String kind, String text, String reportId)
            implements FeedbackEvent {}

    /**
     * A hard bounce that is not believed: at that site, nearly all recipients were suddenly refused
     * in the same words. What it suppressed is not suppressed.
     *
     * @param text the refusal, masked
     */
    record HardBounceReverted(RecipientId recipient, Instant at, String site, String text)
            implements FeedbackEvent {}

    /** A complaint (RFC 5965, feedback type abuse). */
    record Complained(RecipientId recipient, Instant at, String reporter, String reportId)
            implements FeedbackEvent {}
}
