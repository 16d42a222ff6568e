package facteur.mta.queue.record;

import facteur.mail.event.DeliveryEvent;

import java.time.Duration;

/** Is told of each outcome once it is on disk, on the queue's thread: it must be brief. */
public interface OutcomeObserver {
    /**
     * @param age of the message, in steady time
     */
    void recorded(DeliveryEvent.Ruled ruling, Duration age);
}
