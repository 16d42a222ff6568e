package facteur.mta.queue.record;

import facteur.mail.event.DeliveryEvent;
import facteur.store.journal.Position;

/** Tells senders what became of their mail: the door to facteur.mta.notice. */
public interface Notices {
    /**
     * A ruling is on disk. Called on the queue's thread; returns at once.
     *
     * @param message where the message stands in the journal
     */
    void ruled(DeliveryEvent.Ruled ruling, Position message);

    static Notices none() {
        return (_, _) -> {};
    }
}
