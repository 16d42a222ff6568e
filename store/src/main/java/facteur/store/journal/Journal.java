package facteur.store.journal;

import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The order in which everything happened, and the bytes of the messages. */
public interface Journal extends AutoCloseable {
    /**
     * Appends entries side by side. The future completes with their positions once all are on disk,
     * or exceptionally, with {@link JournalStopped} when the disk failed: then nothing may be
     * acknowledged. It completes on the writer thread, which must not be kept. With more waiting
     * for the disk than there is room for, it fails at once: events of strangers first, then mail,
     * while outcomes and orders still have room.
     */
    CompletableFuture<List<Position>> append(List<JournalEntry> entries);

    default CompletableFuture<Position> append(Event event) {
        return append(List.of(new JournalEntry.Happened(event))).thenApply(List::getFirst);
    }

    /** The end of what is on disk. */
    Position durable();

    /** The place of the oldest record that is still kept. */
    Position oldest();

    /** Octets that wait for the disk; the intake slows down before this grows. */
    long pendingOctets();

    /** Empty while the journal takes entries; else why it does not. */
    java.util.Optional<String> stopped();

    /** Whether entries wait because the disk is full; they are written when it has room again. */
    boolean waitsForRoom();

    /** What a reader of the journal is shown. */
    interface Visitor {
        /**
         * @param position where the record of the event stands
         */
        void event(Position position, Event event) throws IOException;

        /**
         * The same with the octets of the event as they stand in the journal, for who keeps them.
         *
         * @param octets the visitor's own
         */
        default void event(Position position, Event event, byte[] octets) throws IOException {
            event(position, event);
        }

        /**
         * A message.
         *
         * @param first where the oldest of its octets stand: before its record, when it was large
         */
        default void message(Position position, Position first, SubmissionEvent.Accepted accepted)
                throws IOException {
            event(position, accepted);
        }
    }

    /**
     * Shows the events from {@code from} on, up to what was durable at the call.
     *
     * @param limit stops after so many; a message counts for each of its recipients
     * @return where to go on
     */
    Position read(Position from, int limit, Visitor visitor) throws IOException;

    /**
     * The message whose record stands at {@code position}; empty when its segment has been
     * released.
     */
    java.util.Optional<StoredMessage> message(Position position) throws IOException;

    /** Waits until something after {@code position} is durable, or the time is over. */
    void await(Position position, java.time.Duration atMost) throws InterruptedException;

    /**
     * Lets go of every segment that lies wholly before {@code position}, unless it holds parts of a
     * message whose record stands at or after {@code folded}: what that message is owed, the caller
     * cannot know yet.
     */
    void release(Position position, Position folded) throws IOException;

    /**
     * Appends the same message again, at the end, so that the segments in which it stands can be
     * released; false when its octets are not kept any more. The caller waits on the disk.
     */
    boolean copyForward(Position position) throws IOException;

    /** Octets of the files, spares included. */
    long octets();

    /**
     * Waits for the disk since the start.
     *
     * @param time of all of them together
     */
    record Syncs(long count, Duration time) {}

    Syncs syncs();

    @Override
    void close();

    /** A message as it stands in the journal. */
    record StoredMessage(SubmissionEvent.Accepted accepted, Content content) {}
}
