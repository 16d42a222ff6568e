package facteur.mail.outcome;

import java.util.Locale;

/** Why an address is not sent to, or a message was not sent. */
public enum SuppressionCause {
    HARD_BOUNCE,
    /** Many messages over many days came back soft (5 over 15 days by default). */
    REPEATED_SOFT_BOUNCES,
    COMPLAINT,
    UNSUBSCRIBED,
    MANUAL;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
