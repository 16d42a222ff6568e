package facteur.store.query;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;

import java.time.Instant;

/**
 * A person, known by an address.
 *
 * @param id its number
 * @param messages recipients of accepted messages with this address
 */
public record Contact(
        long id, Address address, Instant firstSeen, Instant lastActivity, long messages) {
    // RFC 2606: never anybody's.
    private static final Domain ERASED = new Domain("erased.invalid");

    /** The same number without the address, after the person asked to be forgotten. */
    public Contact erased() {
        return new Contact(
                id, new Address("erased-" + id, ERASED), firstSeen, lastActivity, messages);
    }

    public boolean isErased() {
        return address.domain().equals(ERASED);
    }
}
