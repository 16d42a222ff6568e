package facteur.mta.queue.record;

import facteur.mail.event.DeliveryEvent;
import facteur.store.journal.Position;

/** Tells senders what became of their mail: the door to facteur.mta.notice. */
public interface DsnRequests {
    /**
     * A ruling is on disk. Called on the queue's thread; returns at once.
     *
     * @param message where the message stands in the journal
     * @param relayed whether it was taken by a host that sends no notices, although the sender
     *     asked for one of success (RFC 3461 5.2.2)
     */
    void ruled(DeliveryEvent.Ruled ruling, Position message, boolean relayed);
}
