package facteur.mail.suppression;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which events suppress an address, for which mail and for how long. */
public final class SuppressionPolicy {
    /** A dead mailbox may come back to life, unlike a missing one. */
    private static final Duration INACTIVE_EXPIRY = Duration.ofDays(180);

    private SuppressionPolicy() {}

    /** A hard bounce, whether told at delivery or in a report. */
    public static Suppression hardBounce(
            RecipientId id, Instant at, BounceClass why, Evidence evidence) {
        Optional<Instant> expires =
                why.category() == BounceCategory.INACTIVE_MAILBOX
                        ? Optional.of(at.plus(INACTIVE_EXPIRY))
                        : Optional.empty();
        return new Suppression(
                evidence.stage() == Stage.DNS
                        ? SuppressionCause.BAD_DOMAIN
                        : SuppressionCause.HARD_BOUNCE,
                new SuppressionScope.All(),
                at,
                expires,
                Optional.of(id),
                evidence.toString(),
                why.rule(),
                "");
    }

    /** The soft bounce that made them too many ({@link SoftBounces}). */
    public static Suppression repeatedSoftBounces(
            RecipientId id, Instant at, BounceClass why, Evidence evidence) {
        return new Suppression(
                SuppressionCause.REPEATED_SOFT_BOUNCES,
                new SuppressionScope.All(),
                at,
                Optional.empty(),
                Optional.of(id),
                evidence.toString(),
                why.rule(),
                "");
    }

    public static Suppression complaint(FeedbackEvent.Complained event) {
        return said(
                SuppressionCause.COMPLAINT,
                new SuppressionScope.All(),
                event.at(),
                event.recipient(),
                event.reporter());
    }

    public static Suppression unsubscribed(EngagementEvent.Unsubscribed event) {
        return said(
                SuppressionCause.UNSUBSCRIBED,
                new SuppressionScope.Campaigns(),
                event.at(),
                event.recipient(),
                event.means());
    }

    private static Suppression said(
            SuppressionCause cause,
            SuppressionScope scope,
            Instant since,
            RecipientId evidence,
            String why) {
        return new Suppression(
                cause, scope, since, Optional.empty(), Optional.of(evidence), why, "", "");
    }
}
