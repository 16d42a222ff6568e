package facteur.mail.address;

import facteur.mail.text.Ascii;
import facteur.mail.text.NameOrId;

import java.util.Locale;

/**
 * A mailbox (RFC 5321 4.1.2). The local part is kept in the form it was given, quotes included,
 * since only the receiving host may interpret it (RFC 5321 2.3.11).
 */
public record Address(String localPart, Domain domain) {
    /**
     * What suppression, contacts, bounces and duplicates compare: domain without case, local part
     * without case (a deliberate choice, see docs), without quotes that it does not need (RFC 5322
     * 3.2.4: quoting is no part of the address), and composed (NFC).
     */
    public AddressKey key() {
        String mailbox = LocalPart.canonical(localPart).toLowerCase(Locale.ROOT);
        return new AddressKey(NameOrId.composed(mailbox) + "@" + domain.name());
    }

    /** Whether the local part needs SMTPUTF8 (RFC 6531). */
    public boolean isInternational() {
        return !Ascii.is(localPart);
    }

    @Override
    public String toString() {
        return localPart + "@" + domain.name();
    }
}
