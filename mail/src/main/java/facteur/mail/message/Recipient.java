package facteur.mail.message;

import facteur.mail.address.Address;

import java.util.Optional;
import java.util.Set;

/**
 * One RCPT of an envelope.
 *
 * @param notifyOn the DSN conditions asked for, empty when none were given (RFC 3461 4.1)
 * @param originalRecipient ORCPT as given, decoded xtext with its type, such as {@code
 *     rfc822;a@b.example} (RFC 3461 4.2)
 */
public record Recipient(Address address, Set<Notify> notifyOn, Optional<String> originalRecipient) {
    /** RFC 3461 4.1. NEVER stands alone. */
    public enum Notify {
        NEVER,
        SUCCESS,
        FAILURE,
        DELAY
    }

    public Recipient {
        notifyOn = Set.copyOf(notifyOn);
    }

    public static Recipient of(Address address) {
        return new Recipient(address, Set.of(), Optional.empty());
    }
}
