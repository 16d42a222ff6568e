package facteur.store;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.codec.EventCodec;
import facteur.store.fold.Folder;
import facteur.store.fold.Keys;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.lmdb.Environment;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Folds the journal into the views, batch by batch; on a thread of its own once started. */
final class Folding {
    private static final Logger log = LoggerFactory.getLogger(Folding.class);

    private static final byte[] POSITION = Keys.text("position");
    private static final byte[] ERASED = Keys.text("erased");
    private static final byte[] NEWEST = Keys.text("newest");

    // Bounds what one transaction holds, and with the wait below how late a status can be.
    private static final int BATCH = 5_000;
    // Where more than that waits: hits in any order change a page each, and share it with few of a
    // small batch. This halves what they cost (bench/NOTES.md).
    private static final int BEHIND = 20_000;
    // A commit costs a sync: events that come close together share one, unless a batch of them is
    // there already.
    private static final Duration GATHER = Duration.ofMillis(50);
    private static final Duration IDLE = Duration.ofMillis(200);

    private final Journal journal;
    private final Environment environment;
    private final Consumer<Position> afterBatch;
    private final AtomicLong events = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("views").unstarted(this::follow);
    private final Object moved = new Object();
    private volatile Position folded;
    private volatile boolean closing;
    // Of the thread alone.
    private boolean isBehind;
    private String lastFailure = "";

    /**
     * @param afterBatch is told how far the views reach, on the folding thread
     */
    Folding(Journal journal, Environment environment, Consumer<Position> afterBatch) {
        this.journal = journal;
        this.environment = environment;
        this.afterBatch = afterBatch;
        this.folded = environment.read(Folding::position);
    }

    /** Up to where the views know the journal. */
    static Position position(Rows rows) {
        return rows.get(Table.META, POSITION)
                .map(v -> new Position(ByteBuffer.wrap(v).getLong()))
                .orElse(Position.START);
    }

    /** Where the last erasure of a person stands that the views know; empty when there is none. */
    static Optional<Position> lastErasure(Rows rows) {
        return rows.get(Table.META, ERASED).map(v -> new Position(ByteBuffer.wrap(v).getLong()));
    }

    /** When the last event of the journal that the views know was recorded, about. */
    static Optional<Instant> newest(Rows rows) {
        return rows.get(Table.META, NEWEST).map(v -> Instant.ofEpochMilli(Keys.number(v)));
    }

    Position folded() {
        return folded;
    }

    long events() {
        return events.get();
    }

    void start() {
        thread.start();
    }

    /**
     * Folds what must be known before anything is decided, on this thread: all but the hits of
     * readers, who can make them many. Those are folded by the thread of the views, beside the
     * work.
     *
     * <p>Each part of the journal is gone through again for the hits, and what is no hit is folded
     * a second time then, which changes nothing; so the position stays where it is until that. Hits
     * may come after whatever happened behind them, but for what forgets for good: an erased
     * person, or messages that are so old that a hit still waits for them. There, everything before
     * is folded in order.
     *
     * @return hits that are left to be folded
     */
    long settle() throws IOException {
        Position end = journal.durable();
        if (folded.compareTo(end) < 0) {
            boolean _ = foldBatch(BEHIND); // most starts find no more than this
        }
        PutOff putOff = new PutOff();
        Position at = folded;
        while (at.compareTo(end) < 0) {
            List<At> batch = new ArrayList<>();
            Position next = journal.read(at, BEHIND, new Collecting(batch));
            Optional<Position> barrier = putOff.add(batch);
            if (barrier.isPresent()) {
                while (folded.compareTo(barrier.get()) <= 0) {
                    boolean _ = foldBatch(BEHIND);
                }
                putOff = new PutOff();
                at = folded;
            } else {
                batch.removeIf(each -> PutOff.isHit(each.event()));
                environment.write(
                        rows -> {
                            Folder fold = new Folder(rows);
                            batch.forEach(each -> each.foldWhole(fold));
                            fold.finish();
                        });
                at = next;
            }
        }
        return putOff.hits();
    }

    /** The hits of readers that were read and not folded. */
    private static final class PutOff {
        private long hits;
        private MailId oldest = new MailId(Long.MAX_VALUE);

        static boolean isHit(Event event) {
            return switch (event) {
                case EngagementEvent.Unsubscribed _, EngagementEvent.TrackingDeclined _ -> false;
                case EngagementEvent _, ReadershipEvent _ -> true;
                case Event _ -> false;
            };
        }

        long hits() {
            return hits;
        }

        /** Counts the hits, up to an event that they must not come after: where that stands. */
        Optional<Position> add(List<At> batch) {
            for (At each : batch) {
                if (each.event() instanceof OperatorEvent order && forgets(order)) {
                    return Optional.of(each.position());
                }
                if (isHit(each.event())) {
                    hits++;
                    MailId message = message(each.event());
                    oldest = message.compareTo(oldest) < 0 ? message : oldest;
                }
            }
            return Optional.empty();
        }

        private boolean forgets(OperatorEvent order) {
            return switch (order) {
                case OperatorEvent.Erased _ -> true;
                case OperatorEvent.Expired e ->
                        oldest.compareTo(e.timelines()) < 0 || oldest.compareTo(e.history()) < 0;
                case OperatorEvent _ -> false;
            };
        }

        private static MailId message(Event event) {
            return switch (event) {
                case EngagementEvent e -> e.recipient().message();
                case ReadershipEvent e -> e.message();
                case Event _ -> new MailId(Long.MAX_VALUE);
            };
        }
    }

    /**
     * One turn of the thread of the views, which waits for nothing: folds a batch.
     *
     * @return whether there was one
     */
    boolean turn() throws IOException {
        if (folded.compareTo(journal.durable()) >= 0) {
            return false;
        }
        isBehind = foldBatch(isBehind ? BEHIND : BATCH);
        afterBatch.accept(folded);
        return true;
    }

    /** Folds everything there is, on this thread. */
    void catchUp(int batch, Consumer<Position> progress) throws IOException {
        Position end = journal.durable();
        while (folded.compareTo(end) < 0) {
            foldBatch(batch);
            progress.accept(folded);
        }
    }

    void catchUp() throws IOException {
        catchUp(BATCH, _ -> {});
    }

    private void follow() {
        while (!closing) {
            try {
                journal.await(folded, IDLE);
                if (folded.compareTo(journal.durable()) < 0) {
                    if (!isBehind) {
                        Thread.sleep(GATHER);
                    }
                    boolean _ = turn();
                    lastFailure = "";
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        }
    }

    /** The journal holds everything: statuses stand still until this is mended; nothing is lost. */
    private void failed(Exception failure) {
        if (!lastFailure.equals(String.valueOf(failure))) {
            lastFailure = String.valueOf(failure);
            log.error("failed to fold the journal into the views from {}", folded, failure);
        }
        try {
            Thread.sleep(IDLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    private record At(Position position, Position first, Event event, byte[] octets) {
        /** False when it is to be folded again, before any other. */
        boolean fold(Folder folder) {
            if (event instanceof SubmissionEvent.Accepted accepted) {
                folder.message(position, first, accepted);
                return true;
            }
            return folder.fold(position, event, octets);
        }

        void foldWhole(Folder folder) {
            boolean done;
            do {
                done = fold(folder);
            } while (!done);
        }

        boolean isHit() {
            return event instanceof EngagementEvent;
        }

        /** Of a hit: whose it is. */
        RecipientId reader() {
            return ((EngagementEvent) event).recipient();
        }
    }

    private record Collecting(List<At> into) implements Journal.Visitor {
        private static final byte[] NONE = {}; // a message's own are not wanted

        @Override
        public void event(Position position, Event event) {
            event(position, event, EventCodec.encode(event));
        }

        @Override
        public void event(Position position, Event event, byte[] octets) {
            into.add(new At(position, position, event, octets));
        }

        @Override
        public void message(Position at, Position first, SubmissionEvent.Accepted accepted) {
            into.add(new At(at, first, accepted, NONE));
        }
    }

    /**
     * Puts hits that follow each other in the order of their recipients: most find the page where
     * the last one stood, and what they amount to does not depend on their order.
     */
    private static void sortHits(List<At> batch) {
        int from = 0;
        while (from < batch.size()) {
            int to = from;
            while (to < batch.size() && batch.get(to).isHit()) {
                to++;
            }
            batch.subList(from, to).sort(Comparator.comparing(At::reader));
            from = to + 1;
        }
    }

    /** False when all there was has been folded. */
    private boolean foldBatch(int size) throws IOException {
        List<At> batch = new ArrayList<>();
        Position end = journal.durable();
        Position read = journal.read(folded, size, new Collecting(batch));
        Optional<Instant> newest = newest(batch);
        sortHits(batch);
        Position[] reached = {read};
        environment.write(
                rows -> {
                    Folder fold = new Folder(rows);
                    int done = foldEach(batch, fold);
                    fold.finish();
                    if (done < batch.size()) {
                        reached[0] = batch.get(done).position();
                        batch.subList(done, batch.size()).clear();
                    }
                    batch.stream()
                            .filter(at -> at.event() instanceof OperatorEvent.Erased)
                            .forEach(at -> markErasure(rows, at.position()));
                    newest.filter(_ -> reached[0].equals(read))
                            .ifPresent(
                                    at ->
                                            rows.put(
                                                    Table.META,
                                                    NEWEST,
                                                    Keys.contact(at.toEpochMilli())));
                    mark(rows, reached[0]);
                });
        Position next = reached[0];
        events.addAndGet(batch.size());
        synchronized (moved) {
            folded = next;
            moved.notifyAll();
        }
        return next.compareTo(end) < 0;
    }

    /** Folds up to an event that is not done: that is the next one of another transaction. */
    private static int foldEach(List<At> batch, Folder fold) {
        for (int i = 0; i < batch.size(); i++) {
            if (!batch.get(i).fold(fold)) {
                return i;
            }
        }
        return batch.size();
    }

    /** Of the last in their order: after a clock was set back, the latest time is none. */
    private static Optional<Instant> newest(List<At> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            Event event = batch.get(i).event();
            if (!(event instanceof EngagementEvent.Seen)) { // which has only the day
                return Optional.of(event.at());
            }
        }
        return Optional.empty();
    }

    private static void markErasure(Rows rows, Position at) {
        rows.put(Table.META, ERASED, Keys.contact(at.value()));
    }

    /** Notes in the rows how far they reach. */
    static void mark(Rows rows, Position reached) {
        rows.put(Table.META, POSITION, Keys.contact(reached.value()));
    }

    /** Waits until the views know the record at {@code position}; false when the time is over. */
    boolean await(Position position, Duration atMost) throws InterruptedException {
        return await(known -> known.compareTo(position) > 0, atMost);
    }

    /** Waits until the views know everything before {@code end}; false when the time is over. */
    boolean awaitEnd(Position end, Duration atMost) throws InterruptedException {
        return await(known -> known.compareTo(end) >= 0, atMost);
    }

    private boolean await(Predicate<Position> enough, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (moved) {
            while (!enough.test(folded)) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                moved.wait(left);
            }
        }
        return true;
    }

    void close() {
        // Not interrupted: an interrupt would close the file that the thread is reading, under the
        // hands of the writer.
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
