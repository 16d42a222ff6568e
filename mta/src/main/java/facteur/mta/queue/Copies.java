package facteur.mta.queue;

import facteur.mail.message.Content;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.store.journal.Journal;

import java.io.IOException;
import java.util.Optional;

/** Makes the copy that leaves for a recipient: the door to facteur.mta.prepare. */
public interface Copies {
    /**
     * @param notTracked why nothing in it is tracked, where something was to be
     */
    record Made(Transaction transaction, Content content, Optional<String> notTracked) {}

    Made make(Journal.StoredMessage message, Pending recipient) throws IOException;
}
