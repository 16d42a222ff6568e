package facteur.mta.queue.session;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.Content;
import facteur.mail.message.RecipientId;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.Journal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes the copy that leaves for recipients: the door to facteur.message. */
public interface MessageRenderer {
    /**
     * @param transaction for the first of the recipients that were asked for, or more of them where
     *     the same octets serve all
     * @param marking empty where nothing was asked for
     */
    record Made(Transaction transaction, Content content, Optional<Marking> marking) {
        int recipients() {
            return transaction.recipients().size();
        }
    }

    /** What was done so that readers of a copy are seen. */
    sealed interface Marking {
        record Done(int links, boolean pixel) implements Marking {}

        /**
         * Nothing could be.
         *
         * @param why as a key
         */
        record Impossible(String why) implements Marking {}

        default DeliveryEvent told(RecipientId recipient, Instant at) {
            return switch (this) {
                case Done(int links, boolean pixel) ->
                        new DeliveryEvent.Rendered(recipient, at, links, pixel);
                case Impossible(String why) -> new DeliveryEvent.NotTracked(recipient, at, why);
            };
        }
    }

    /**
     * @param host what the host takes for whom the copy is made
     */
    Made make(Journal.StoredMessage message, List<QueuedRecipient> recipients, Connector.Offer host)
            throws IOException;
}
