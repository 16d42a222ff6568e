package facteur.store.view;

import facteur.store.fold.ContactRow;
import facteur.store.fold.Keys;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;

import java.util.Optional;

/** A contact with its number. */
public record FoundContact(long id, ContactRow row) {
    static Optional<FoundContact> of(Rows rows, long id) {
        return rows.get(Table.CONTACTS, Keys.contact(id))
                .map(value -> new FoundContact(id, ContactRow.decode(value)));
    }

    static Optional<FoundContact> of(Rows rows, RecipientRow row) {
        return row.origin().flatMap(origin -> of(rows, origin.contact()));
    }
}
