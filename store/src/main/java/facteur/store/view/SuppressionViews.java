package facteur.store.view;

import facteur.mail.address.AddressKey;
import facteur.mail.message.Tenant;
import facteur.store.fold.Keys;
import facteur.store.fold.SuppressionImport;
import facteur.store.fold.SuppressionRow;
import facteur.store.fold.Table;
import facteur.store.fold.TablePage;
import facteur.store.query.ImportProgress;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.SuppressionQueries;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Suppressions lie under their address. */
final class SuppressionViews implements SuppressionQueries {
    private final ViewReader reader;

    SuppressionViews(ViewReader reader) {
        this.reader = reader;
    }

    @Override
    public Optional<SuppressedAddress> find(AddressKey key) {
        return reader.read(rows -> SuppressionRow.find(rows, Tenant.MAIN, key));
    }

    @Override
    public List<SuppressedAddress> page(String prefix, Optional<AddressKey> after, int limit) {
        byte[] start = Keys.name(Tenant.MAIN, prefix.toLowerCase(Locale.ROOT));
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.SUPPRESSIONS,
                                start,
                                after.map(key -> TablePage.after(Keys.address(Tenant.MAIN, key)))
                                        .orElse(start),
                                limit,
                                (key, value) ->
                                        Optional.of(
                                                SuppressionRow.decode(
                                                        new AddressKey(Keys.name(key)), value))));
    }

    @Override
    public List<ImportProgress> imports(int limit) {
        return reader.read(rows -> SuppressionImport.latest(rows, limit));
    }

    @Override
    public int stagedParts(long importId) {
        return reader.read(rows -> SuppressionImport.staged(rows, importId));
    }
}
