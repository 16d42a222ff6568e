package facteur.store;

import facteur.mail.address.AddressKey;
import facteur.store.fold.Suppression;
import facteur.store.fold.SuppressionRow;
import facteur.store.journal.Position;
import facteur.store.view.Views;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who must not be sent to. Knows what the views know, and beyond it what has been recorded and not
 * yet folded, so that a hard bounce recorded before a dispatch decision always blocks it.
 */
public final class SuppressionBook {
    private final Views views;
    private final Map<AddressKey, Ahead> ahead = new ConcurrentHashMap<>();

    private record Ahead(Suppression entry, Position recorded) {}

    SuppressionBook(Views views) {
        this.views = views;
    }

    /** The entry that forbids mail of this kind to the address, if any does. */
    public Optional<Suppression> find(
            AddressKey address, String credential, boolean isCampaignMail, Instant now) {
        Ahead recorded = ahead.get(address);
        if (recorded != null && recorded.entry().scope().covers(credential, isCampaignMail)) {
            return Optional.of(recorded.entry());
        }
        return views.suppression(address).map(row -> row.holding(now)).stream()
                .flatMap(java.util.List::stream)
                .filter(entry -> entry.scope().covers(credential, isCampaignMail))
                .findFirst();
    }

    /** Everything that stands about an address. */
    public Optional<SuppressionRow> row(AddressKey address) {
        return views.suppression(address);
    }

    /**
     * An event at {@code recorded} suppresses the address; called once it is durable and before
     * anything acts on it.
     */
    public void ahead(AddressKey address, Suppression entry, Position recorded) {
        ahead.put(address, new Ahead(entry, recorded));
    }

    void folded(Position until) {
        ahead.values().removeIf(entry -> entry.recorded().compareTo(until) < 0);
    }
}
