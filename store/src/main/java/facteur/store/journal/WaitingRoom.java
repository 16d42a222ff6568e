package facteur.store.journal;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much may wait for the disk, by who fills it: strangers least, then mail that is handed in,
 * then what the queue and operators decide. So a disk that stands still never keeps an outcome from
 * being recorded because readers, or applications, were faster.
 *
 * <p>What waits is counted with what it costs in memory: an event of thirty octets waits in objects
 * of some hundred.
 */
final class WaitingRoom {
    /** Heap of one append beside its octets: the future, the list, what the caller hangs on it. */
    static final int APPEND = 1_024;

    /** Heap of one record beside its octets. */
    static final int RECORD = 128;

    private final AtomicLong held = new AtomicLong();

    /** Who fills the room, and up to where. */
    enum Side {
        /** Readers, and those who send returned mail. */
        STRANGERS(32L << 20),
        /** Messages, and parts of them. */
        MAIL(128L << 20),
        /** Outcomes, and orders. */
        OWN(256L << 20);

        private final long most;

        Side(long most) {
            this.most = most;
        }

        long most() {
            return most;
        }

        private Side atMost(Side other) {
            return compareTo(other) <= 0 ? this : other;
        }

        /** Of several entries the narrowest. */
        static Side of(List<JournalEntry> entries) {
            Side side = OWN;
            for (JournalEntry journalEntry : entries) {
                side =
                        side.atMost(
                                switch (journalEntry) {
                                    case JournalEntry.Happened(var event) -> of(event);
                                    case JournalEntry.Message _, JournalEntry.PartBytes _ -> MAIL;
                                });
            }
            return side;
        }

        private static Side of(Event event) {
            return switch (event) {
                case EngagementEvent _, ReadershipEvent _, FeedbackEvent _ -> STRANGERS;
                case SubmissionEvent _ -> MAIL;
                case DeliveryEvent _, ShapingEvent _, HostEvent _, OperatorEvent _ -> OWN;
            };
        }
    }

    static long cost(int records, long octets) {
        return octets + APPEND + (long) RECORD * records;
    }

    /** Whether there is room for so much; then it is taken. */
    boolean enter(Side side, long cost) {
        if (held.addAndGet(cost) <= side.most()) {
            return true;
        }
        held.addAndGet(-cost);
        return false;
    }

    void leave(long cost) {
        held.addAndGet(-cost);
    }

    /** What is held at present. */
    long held() {
        return held.get();
    }
}
