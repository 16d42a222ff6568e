package facteur.testkit.smtp;

import java.util.Arrays;
import java.util.Locale;

/**
 * What becomes of mail to an address, told by the beginning of its local part: all up to the first
 * {@code .}, {@code -}, {@code +} or digit. {@code greylist-7@gmx.lab} is greylisted; a word that
 * is not here is accepted.
 */
public enum RecipientBehaviour {
    /** Accepted. */
    OK,
    /** 550 at RCPT: no such user. */
    UNKNOWN,
    /** 550 at RCPT: the mailbox is switched off. */
    DISABLED,
    /** As {@link #DISABLED}. */
    INACTIVE,
    /** 452 at RCPT: mailbox full, for now. */
    FULL,
    /** 552 at RCPT: mailbox full, for good. */
    OVERQUOTA,
    /** 451 at RCPT, until the same sender and recipient come back after the greylisting time. */
    GREYLIST,
    /** 4xx at RCPT, always. */
    DEFER,
    /** 4xx at RCPT the first time the same sender and recipient come, then accepted. */
    DEFERONCE,
    /** 550 5.7.1 at RCPT: reputation or policy. */
    BLOCKED,
    /** 421 at RCPT for the rate, and the same to everybody until the pausing time is over. */
    OVERLOAD,
    /** The message is refused after the final dot. */
    SPAM,
    /** 421 at RCPT, and the connection is closed. */
    RATELIMIT,
    /** 552 5.3.4 after the final dot. */
    TOOLARGE,
    /** No answer to RCPT; the connection is closed after the stalling time. */
    STALL,
    /** No answer to the final dot; the connection is closed after the stalling time. */
    STALLDATA,
    /** The connection is closed at RCPT. */
    DROP,
    /** The connection is closed in the middle of the message. */
    DROPDATA,
    /** The connection is closed after the final dot, before any answer to it; nothing is kept. */
    DROPDOT,
    /** Accepted; a delivery status notification with 5.1.1 comes back (RFC 3464). */
    BOUNCE,
    /** Accepted; an abuse report comes back (RFC 5965). */
    COMPLAIN,
    /** Accepted; a vacation notice comes back (RFC 3834). */
    AUTOREPLY;

    /** What an address will do; the domain has no say. */
    public static RecipientBehaviour of(String address) {
        int end = 0;
        while (end < address.length()
                && ".-+@".indexOf(address.charAt(end)) < 0
                && !Character.isDigit(address.charAt(end))) {
            end++;
        }
        String word = address.substring(0, end).toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(b -> b.name().equals(word)).findFirst().orElse(OK);
    }
}
