package facteur.store;

import facteur.mail.address.AddressKey;
import facteur.mail.suppression.Suppression;
import facteur.store.journal.Position;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.SuppressionQueries;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Who must not be sent to. Knows what the views know, and beyond it what has been recorded and not
 * yet folded, so that a hard bounce recorded before a dispatch decision always blocks it.
 */
public final class SuppressionBook {
    private final SuppressionQueries suppressions;
    private final Map<AddressKey, List<Ahead>> ahead = new ConcurrentHashMap<>();

    private record Ahead(Suppression entry, Position recorded) {
        /** Of the same cause and scope one is enough, however often it is said. */
        boolean isReplacedBy(Ahead other) {
            return entry.isOfKindOf(other.entry) && recorded.compareTo(other.recorded) <= 0;
        }
    }

    SuppressionBook(SuppressionQueries suppressions) {
        this.suppressions = suppressions;
    }

    /** The entry that forbids mail of this kind to the address, if any does. */
    public Optional<Suppression> find(
            AddressKey address, String credential, boolean isCampaignMail, Instant now) {
        return Stream.concat(
                        ahead.getOrDefault(address, List.of()).stream().map(Ahead::entry),
                        suppressions.find(address).map(known -> known.holding(now)).stream()
                                .flatMap(List::stream))
                .filter(entry -> entry.forbids(credential, isCampaignMail))
                .findFirst();
    }

    /** Everything that stands about an address. */
    public Optional<SuppressedAddress> known(AddressKey address) {
        return suppressions.find(address);
    }

    /**
     * An event at {@code recorded} suppresses the address; called once it is durable and before
     * anything acts on it.
     */
    public void ahead(AddressKey address, Suppression entry, Position recorded) {
        Ahead added = new Ahead(entry, recorded);
        ahead.merge(
                address,
                List.of(added),
                (known, _) ->
                        Stream.concat(
                                        known.stream().filter(one -> !one.isReplacedBy(added)),
                                        Stream.of(added))
                                .toList());
    }

    void folded(Position until) {
        for (AddressKey address : ahead.keySet()) {
            ahead.computeIfPresent(
                    address,
                    (_, known) -> {
                        List<Ahead> left =
                                known.stream()
                                        .filter(a -> a.recorded().compareTo(until) >= 0)
                                        .toList();
                        return left.isEmpty() ? null : left;
                    });
        }
    }
}
