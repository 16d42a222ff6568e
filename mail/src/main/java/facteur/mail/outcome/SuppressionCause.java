package facteur.mail.outcome;

import java.util.Arrays;
import java.util.List;
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
    BAD_DOMAIN,
    /**
     * An earlier recipient of the same message is the same mailbox, so that it gets one copy. It
     * says nothing against the address.
     */
    DUPLICATE;

    /** Those that can stand against an address, and not only against one copy to it. */
    public static List<SuppressionCause> standing() {
        return Arrays.stream(values()).filter(cause -> cause != DUPLICATE).toList();
    }

    /** Whether mail to the address is abandoned without being tried. */
    public boolean isAbsolute() {
        return this != BAD_DOMAIN && this != DUPLICATE;
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
