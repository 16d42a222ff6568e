package facteur.mta.queue;

import facteur.mail.queue.WaitReason;
import facteur.mta.shaping.Shaper;

import java.time.Duration;
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
 * @param oldest how long ago the oldest message of each state was accepted, to ten seconds
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
        Oldest oldest,
        List<Destination> destinations,
        long more) {
    public QueueSnapshot {
        destinations = List.copyOf(destinations);
    }

    /** None at all. */
    public static QueueSnapshot nothing(Instant at) {
        return new QueueSnapshot(at, 0, 0, 0, 0, 0, 0, Optional.empty(), Oldest.NONE, List.of(), 0);
    }

    /** Ages of messages; zero where no recipient is in that state. */
    public record Oldest(Duration ready, Duration sending, Duration deferred, Duration held) {
        public static final Oldest NONE =
                new Oldest(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
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
