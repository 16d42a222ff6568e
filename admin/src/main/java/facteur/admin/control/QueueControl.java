package facteur.admin.control;

import facteur.mail.message.MailId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The queue, as an operator sees and moves it. */
public interface QueueControl {
    /**
     * The queue at one instant.
     *
     * @param deferred recipients that wait for their time
     */
    record Snapshot(Instant at, long deferred, List<Destination> destinations) {
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
     * One site.
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
            long waiting,
            int busy,
            int connections,
            int limit,
            Optional<Instant> pausedUntil,
            boolean held,
            long delivered,
            String lastReply) {}

    Snapshot snapshot();

    /** Makes due what is owed of a message; answers how many recipients that were. */
    int retry(MailId message);

    /** Gives up what is owed of a message, as ordered by {@code operator}. */
    int cancel(MailId message, String operator, String why);

    /** Makes due everything that waits for a site; answers how many recipients that were. */
    int flush(String site);

    /** Whether {@link #hold} does anything. */
    boolean canHold();

    /** Stops sending to a site, or goes on. */
    void hold(String site, boolean held);

    /** No queue runs: an empty one. */
    static QueueControl none() {
        return new QueueControl() {
            @Override
            public Snapshot snapshot() {
                return new Snapshot(Instant.EPOCH, 0, List.of());
            }

            @Override
            public int retry(MailId message) {
                return 0;
            }

            @Override
            public int cancel(MailId message, String operator, String why) {
                return 0;
            }

            @Override
            public int flush(String site) {
                return 0;
            }

            @Override
            public boolean canHold() {
                return false;
            }

            @Override
            public void hold(String site, boolean held) {}
        };
    }
}
