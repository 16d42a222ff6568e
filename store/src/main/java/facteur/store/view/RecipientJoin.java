package facteur.store.view;

import facteur.mail.message.RecipientId;
import facteur.store.fold.ContactRow;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.Rows;
import facteur.store.query.MessageRecipient;
import facteur.store.query.RecipientState;

import java.util.Optional;

/** A recipient's row, and that of the contact it names. */
final class RecipientJoin {
    private RecipientJoin() {}

    static Optional<MessageRecipient> find(Rows rows, RecipientId id) {
        return RecipientRow.find(rows, id).map(state -> of(rows, id, state));
    }

    static MessageRecipient of(Rows rows, RecipientId id, RecipientState state) {
        return new MessageRecipient(
                id,
                state,
                state.origin().flatMap(origin -> ContactRow.find(rows, origin.contact())));
    }
}
