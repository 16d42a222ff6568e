package facteur.mta.queue.record;

import facteur.mail.address.AddressKey;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.suppression.Suppression;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the queue reads and records: the door to facteur.store. */
public interface QueueStore {
    /**
     * Who was owed a delivery when the store was opened, in the order of ids: the next of them, or
     * none when there are no more.
     *
     * @param after begins behind this one
     */
    List<PendingRecipient> pending(Optional<RecipientId> after);

    /** Recipients of a message that are owed a delivery, as far as is known, in their order. */
    List<RecipientId> owed(MailId message, int limit);

    List<OperatorEvent.Held> held();

    List<OperatorEvent.Moved> moved();

    List<ShapingEvent> paths();

    /**
     * Records events side by side. Completes with the place of the last one when all are on disk,
     * or exceptionally: then nothing may be acted upon.
     */
    CompletableFuture<Position> record(List<Event> events);

    /** Whether nothing can be recorded any more, whatever is tried; empty while it can. */
    Optional<String> stopped();

    /**
     * @param hint where the message stood when it was last heard of
     */
    Optional<Journal.StoredMessage> message(MailId id, Position hint) throws IOException;

    /** What was last said of a recipient; empty where nothing is known. */
    String lastReply(RecipientId recipient);

    /** What forbids mail of this kind to the address. */
    Optional<Suppression> suppression(
            AddressKey address, String credential, boolean isCampaignMail, Instant now);

    /** An address was proven bad by what is recorded at {@code recorded}. */
    void suppress(AddressKey address, Suppression entry, Position recorded);
}
