package facteur.mail.address;

import java.util.Locale;

/**
 * A mailbox (RFC 5321 4.1.2). The local part is kept in the form it was given, quotes included,
 * since only the receiving host may interpret it (RFC 5321 2.3.11).
 */
public record Address(String localPart, Domain domain) {
    /**
     * What suppression and contacts compare: domain without case, local part without case (a
     * deliberate choice, see docs).
     */
    public AddressKey key() {
        return new AddressKey(localPart.toLowerCase(Locale.ROOT) + "@" + domain.name());
    }

    /** Whether the local part needs SMTPUTF8 (RFC 6531). */
    public boolean isInternational() {
        return !localPart.chars().allMatch(c -> c < 0x80);
    }

    @Override
    public String toString() {
        return localPart + "@" + domain.name();
    }
}
