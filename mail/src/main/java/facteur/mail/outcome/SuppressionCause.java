package facteur.mail.outcome;

import java.util.Locale;

/** Why an address is not sent to, or a message was not sent. */
public enum SuppressionCause {
    HARD_BOUNCE,
    /** Many messages over many days came back soft (5 over 15 days by default). */
    REPEATED_SOFT_BOUNCES,
    COMPLAINT,
    UNSUBSCRIBED,
    MANUAL,
    /**
     * Our own look-up said that the domain does not exist, or takes no mail. This holds back
     * nothing: the next mail to the address asks the DNS again, and ends it when it is delivered.
     */
    BAD_DOMAIN;

    /** Whether mail to the address is abandoned without being tried. */
    public boolean isAbsolute() {
        return this != BAD_DOMAIN;
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
