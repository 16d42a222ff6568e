package facteur.admin.control;

import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The queue, as an operator sees and moves it. A subject is a part of it: {@code domain:NAME},
 * {@code site:NAME}, {@code source:NAME}, {@code credential:NAME}, {@code campaign:NAME} or {@code
 * message:ID}.
 */
public interface QueueControl {
    /**
     * The queue at one instant.
     *
     * @param deferred recipients that wait for their time
     * @param held recipients that wait for an operator, beside those of held destinations
     */
    record Snapshot(Instant at, long deferred, long held, List<Destination> destinations) {
        public Snapshot {
            destinations = List.copyOf(destinations);
        }

        /** Recipients that are due and wait for a connection. */
        public long waiting() {
            return destinations.stream().mapToLong(Destination::waiting).sum();
        }

        public long busy() {
            return destinations.stream().mapToLong(Destination::busy).sum();
        }
    }

    /**
     * One site, from one source.
     *
     * @param waiting recipients that are due, and wait for a connection
     * @param busy connections that carry a message
     * @param connections open ones
     * @param limit connections that it gets at most at present
     * @param pausedUntil when it is next talked to; empty when it is not paused
     * @param held whether an operator holds it
     * @param delivered recipients since the start
     */
    record Destination(
            String site,
            String source,
            long waiting,
            int busy,
            int connections,
            int limit,
            Optional<Instant> pausedUntil,
            boolean held,
            long delivered,
            String lastReply) {}

    /**
     * Why a recipient has not been sent to yet.
     *
     * @param state {@code deferred}, {@code held}, {@code waiting} or {@code sending}
     * @param holder what holds him back, in words
     * @param nextTry when that ends by itself, at the earliest
     */
    record Explanation(
            String recipient,
            String address,
            String state,
            String site,
            String source,
            String holder,
            Optional<Instant> nextTry,
            int attempts,
            int ahead) {}

    Snapshot snapshot();

    /** Whether a text names a part of the queue. */
    boolean isSubject(String subject);

    /** Whether there is an egress source of that name. */
    boolean hasSource(String name);

    /** Makes due what belongs to a subject; answers how many recipients that were. */
    int flush(String subject, String operator);

    /** Gives up what belongs to a subject, as ordered by {@code operator}. */
    int cancel(String subject, String operator, String why);

    /** Whether {@link #hold} does anything. */
    boolean canHold();

    /** Stops sending a part of the queue, or goes on, as recorded. */
    void hold(OperatorEvent.Held order);

    /** Sends a part of the queue from another source, as recorded. */
    void move(OperatorEvent.Moved order);

    /** What the recipients of a message wait for. */
    List<Explanation> explain(MailId message);

    /** No queue runs: an empty one. */
    static QueueControl none() {
        return new QueueControl() {
            @Override
            public Snapshot snapshot() {
                return new Snapshot(Instant.EPOCH, 0, 0, List.of());
            }

            @Override
            public boolean isSubject(String subject) {
                return false;
            }

            @Override
            public boolean hasSource(String name) {
                return false;
            }

            @Override
            public int flush(String subject, String operator) {
                return 0;
            }

            @Override
            public int cancel(String subject, String operator, String why) {
                return 0;
            }

            @Override
            public boolean canHold() {
                return false;
            }

            @Override
            public void hold(OperatorEvent.Held order) {}

            @Override
            public void move(OperatorEvent.Moved order) {}

            @Override
            public List<Explanation> explain(MailId message) {
                return List.of();
            }
        };
    }
}
