package facteur.store.query;

import facteur.mail.address.AddressKey;
import facteur.mail.suppression.Suppression;
import facteur.mail.suppression.Suppressions;

import java.time.Instant;
import java.util.List;

/**
 * The standing refusals of one address.
 *
 * @param key under which they stand: of an erased person a hash
 * @param address as it was last written
 */
public record SuppressedAddress(AddressKey key, String address, Suppressions standing) {
    /** The entries that hold at {@code now}. */
    public List<Suppression> holding(Instant now) {
        return standing.holding(now);
    }
}
