package facteur.server.maillog;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.Store;
import facteur.store.journal.Position;
import facteur.store.query.MessageRecipient;

import java.time.Duration;
import java.util.Optional;

/** Messages as the views know them: one row for a message, two for a recipient. */
final class StoredMessages implements MessageDirectory {
    // The folding is mostly a quarter of a second behind; a line without the names is worth more
    // than one that comes late.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;
    private Position read = Position.START;
    private boolean waited;

    StoredMessages(Store store) {
        this.store = store;
    }

    /** What is asked from now on happened before that place: so far the views are waited for. */
    void readUntil(Position position) {
        read = position;
        waited = false;
    }

    @Override
    public Optional<Known> message(MailId id) {
        return store.views().messages().find(id).map(row -> RecentMessages.known(row.accepted()));
    }

    @Override
    public Optional<String> recipient(RecipientId id) {
        Optional<MessageRecipient> found = store.views().messages().recipient(id);
        if (found.flatMap(MessageRecipient::contact).isEmpty() && folded()) {
            found = store.views().messages().recipient(id);
        }
        return found.flatMap(MessageRecipient::contact)
                .filter(contact -> !contact.isErased())
                .map(contact -> contact.address().toString());
    }

    /** Waits once a batch. */
    private boolean folded() {
        if (waited) {
            return false;
        }
        waited = true;
        try {
            return store.awaitFoldedUntil(read, PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
