package facteur.store.query;

import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

import java.util.List;
import java.util.Optional;

/**
 * Questions about what is owed, and about what a queue must know again after a restart. What a
 * running queue is doing is asked of the queue.
 */
public interface QueueQueries {
    /**
     * A page of recipients who are owed a delivery, by message and place in it; so the oldest
     * message comes first.
     *
     * @param after the last recipient of the page before
     */
    List<PendingRecipient> pending(Optional<RecipientId> after, int limit);

    /**
     * A page of recipients at a domain who are owed a delivery, the first due first.
     *
     * @param after the last recipient of the page before
     */
    List<PendingRecipient> due(String domain, Optional<PendingRecipient> after, int limit);

    /** Which recipients of a message are owed a delivery, in their order. */
    List<RecipientId> owed(MailId message, int limit);

    /** What operators hold back at present. One row is read for each subject ever held. */
    List<OperatorEvent.Held> held();

    /**
     * What operators send from another source at present. One row is read for each subject ever
     * moved.
     */
    List<OperatorEvent.Moved> moved();

    /** What was last learnt of each path: limits, slow-downs and suspensions. */
    List<ShapingEvent> paths();

    /** What was last learnt of each host, the oldest first. */
    List<HostEvent> hosts();
}
