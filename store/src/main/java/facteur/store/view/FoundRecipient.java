package facteur.store.view;

import facteur.mail.message.RecipientId;
import facteur.store.fold.Keys;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;

import java.util.Optional;

/** One recipient as lists show it. */
public record FoundRecipient(RecipientId id, RecipientRow row, Optional<FoundContact> contact) {
    static FoundRecipient of(Rows rows, RecipientId id, long contact) {
        RecipientRow row =
                rows.get(Table.RECIPIENTS, Keys.recipient(id))
                        .map(RecipientRow::decode)
                        .orElseThrow();
        return new FoundRecipient(id, row, FoundContact.of(rows, contact));
    }

    static Optional<FoundRecipient> of(Rows rows, RecipientId id) {
        return rows.get(Table.RECIPIENTS, Keys.recipient(id))
                .map(RecipientRow::decode)
                .map(row -> new FoundRecipient(id, row, FoundContact.of(rows, row)));
    }
}
