package facteur.mta.queue;

import java.time.Instant;
import java.util.List;

/**
 * The queue at one instant.
 *
 * @param deferred waiting for their time
 * @param held waiting for an operator
 */
public record QueueSnapshot(Instant at, long deferred, long held, List<Destination> destinations) {
    public QueueSnapshot {
        destinations = List.copyOf(destinations);
    }

    /**
     * One site, from one source.
     *
     * @param waiting due, and waiting for a connection
     * @param busy connections that carry a message
     * @param limit connections that it gets at most at present
     * @param pausedUntil in the past when it is not paused
     * @param held whether an operator holds it
     */
    public record Destination(
            String site,
            String source,
            int waiting,
            int busy,
            int connections,
            int limit,
            Instant pausedUntil,
            boolean held,
            long delivered,
            String lastReply) {}
}
