package facteur.mail.outcome;

import java.time.Instant;

/** What one delivery attempt, or a decision to stop trying, means for one recipient. */
public sealed interface Disposition {
    record Delivered(Evidence evidence) implements Disposition {}

    record Deferred(BounceClass why, Evidence evidence, Instant retryAt) implements Disposition {}

    record SoftBounce(BounceClass why, Evidence evidence) implements Disposition {}

    record HardBounce(BounceClass why, Evidence evidence) implements Disposition {}

    /**
     * @param because the suppression that held, in words: which reply, which message, when
     */
    record Abandoned(SuppressionCause cause, String because) implements Disposition {}

    record Withdrawn(String operator, String why) implements Disposition {}

    /** Whether nothing more is owed to the recipient. */
    default boolean isFinal() {
        return switch (this) {
            case Deferred _ -> false;
            case Delivered _, SoftBounce _, HardBounce _, Abandoned _, Withdrawn _ -> true;
        };
    }
}
