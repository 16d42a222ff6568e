package facteur.store.query;

import facteur.mail.address.AddressKey;

import java.util.List;
import java.util.Optional;

/** Questions about standing refusals to send to an address, and about imports of them. */
public interface SuppressionQueries {
    /**
     * What stands about an address, also when the person was erased and it stands under a hash; two
     * rows are read at most. Empty when nothing ever did.
     */
    Optional<SuppressedAddress> find(AddressKey key);

    /**
     * A page of addresses that are or were suppressed, by address.
     *
     * @param prefix with which they begin
     * @param after the last address of the page before
     */
    List<SuppressedAddress> page(String prefix, Optional<AddressKey> after, int limit);

    /** Imports that have begun or are over, the newest first. */
    List<ImportProgress> imports(int limit);

    /** Parts of an import that are known and wait for its commit. */
    int stagedParts(long importId);
}
