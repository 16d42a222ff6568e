package facteur.mta.queue;

import facteur.mail.queue.WaitReason;
import facteur.mta.shaping.Shaper;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The queue at one instant.
 *
 * @param routing recipients for which the DNS is asked
 * @param recording recipients whose outcome is on its way to the disk
 * @param deferred waiting for their time
 * @param held waiting for an operator
 * @param waiting due, and waiting for a connection
 * @param busy connections that carry a message
 * @param resolver why nothing can be routed, when that is so
 * @param destinations those for which most waits
 * @param more destinations that are not told
 */
public record QueueSnapshot(
        Instant at,
        long routing,
        long recording,
        long deferred,
        long held,
        long waiting,
        long busy,
        Optional<WaitReason> resolver,
        List<Destination> destinations,
        long more) {
    public QueueSnapshot {
        destinations = List.copyOf(destinations);
    }

    /** None at all. */
    public static QueueSnapshot nothing(Instant at) {
        return new QueueSnapshot(at, 0, 0, 0, 0, 0, 0, Optional.empty(), List.of(), 0);
    }

    /**
     * One site from one source, or a site or domain for which recipients wait elsewhere.
     *
     * @param source empty where no path is in use
     * @param waiting due, and waiting for a connection
     * @param busy connections that carry a message
     * @param limit connections that it gets at most at present
     * @param perSecond messages a second that it gets at most at present
     * @param deferred recipients of the site that wait for their time, told with its first path
     * @param held recipients of the site that wait for an operator, told likewise
     * @param reason why those that wait do; empty when none waits
     */
    public record Destination(
            String site,
            String source,
            int waiting,
            int busy,
            int connections,
            int limit,
            double perSecond,
            Shaper.State state,
            boolean heldByOperator,
            long delivered,
            String lastReply,
            long deferred,
            long held,
            Optional<WaitReason> reason) {
        /** Recipients that belong to it. */
        public long pending() {
            return waiting + deferred + held;
        }
    }
}
