package facteur.mta.queue;

import facteur.mail.message.Content;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.store.journal.Journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Makes the copy that leaves for recipients: the door to facteur.mta.prepare. */
public interface Copies {
    /**
     * @param transaction for the first of the recipients that were asked for, or more of them where
     *     the same octets serve all
     * @param notTracked why nothing in it is tracked, where something was to be
     */
    record Made(Transaction transaction, Content content, Optional<String> notTracked) {
        int recipients() {
            return transaction.recipients().size();
        }
    }

    /**
     * @param host what the host takes for whom the copy is made
     */
    Made make(Journal.StoredMessage message, List<Pending> recipients, Connector.Offer host)
            throws IOException;
}
