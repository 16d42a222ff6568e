package facteur.store;

import facteur.mail.event.Event;
import facteur.store.fold.Folder;
import facteur.store.fold.Keys;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;
import facteur.store.lmdb.Environment;
import facteur.store.view.Views;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens journal and views of a data directory, and folds the one into the other.
 *
 * <p>The rows that a batch of events changes and the position that it reaches are committed in one
 * transaction. A restart reads the position and folds what follows it; when {@link #open} returns,
 * the views know everything that was ever acknowledged.
 */
public final class Store implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Store.class);

    private static final byte[] POSITION = Keys.text("position");
    // Bounds what one transaction holds, and with the wait below how late a status can be.
    private static final int BATCH = 5_000;
    // A commit costs a sync: events that come close together share one.
    private static final Duration GATHER = Duration.ofMillis(50);
    private static final Duration IDLE = Duration.ofMillis(200);

    private final Journal journal;
    private final Environment environment;
    private final Views views;
    private final SuppressionBook suppressions;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong foldedEvents = new AtomicLong();
    private final Thread folder;
    private final List<String> damage;
    private volatile Position folded;
    private volatile boolean closing;

    /**
     * @param segmentSize octets of a journal segment
     */
    public record Options(Path directory, int segmentSize, FileOpener opener) {
        public static final int SEGMENT_SIZE = 64 << 20;

        public static Options of(Path directory) {
            return new Options(directory, SEGMENT_SIZE, FileOpener.real());
        }
    }

    private Store(Journal journal, Environment environment, Position folded, List<String> damage) {
        this.journal = journal;
        this.environment = environment;
        this.views = new Views(environment::read);
        this.suppressions = new SuppressionBook(views);
        this.folded = folded;
        this.damage = List.copyOf(damage);
        this.folder = Thread.ofPlatform().name("views").unstarted(this::follow);
    }

    /**
     * Opens the store, replays what the views have not seen, and goes on folding.
     *
     * @throws IOException when another process holds the directory or the disk fails
     */
    public static Store open(Options options) throws IOException {
        Environment environment = Environment.open(options.directory().resolve("views"));
        try {
            Position folded =
                    environment.read(
                            rows ->
                                    rows.get(Table.META, POSITION)
                                            .map(v -> new Position(ByteBuffer.wrap(v).getLong()))
                                            .orElse(Position.START));
            SegmentedJournal.Opened opened =
                    SegmentedJournal.open(
                            options.directory().resolve("journal"),
                            options.segmentSize(),
                            folded,
                            options.opener());
            opened.damage().forEach(what -> log.error("journal: {}", what));
            Store store = new Store(opened.journal(), environment, folded, opened.damage());
            store.catchUp();
            store.folder.start();
            return store;
        } catch (IOException | RuntimeException e) {
            environment.close();
            throw e;
        }
    }

    private void catchUp() throws IOException {
        Position end = journal.durable();
        while (folded.compareTo(end) < 0) {
            foldBatch();
        }
    }

    private void follow() {
        while (!closing) {
            try {
                journal.await(folded, IDLE);
                if (folded.compareTo(journal.durable()) < 0) {
                    Thread.sleep(GATHER);
                    foldBatch();
                    listeners.forEach(Runnable::run);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException | RuntimeException e) {
                // The journal holds everything: statuses stand still until this is mended, and
                // nothing is lost.
                log.error("fold the journal into the views from {}", folded, e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(IDLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    private void foldBatch() throws IOException {
        record At(Position position, Event event) {}
        List<At> batch = new ArrayList<>();
        Position next =
                journal.read(
                        folded, BATCH, (position, event) -> batch.add(new At(position, event)));
        environment.write(
                rows -> {
                    Folder fold = new Folder(rows);
                    batch.forEach(at -> fold.fold(at.position(), at.event()));
                    fold.finish();
                    rows.put(Table.META, POSITION, Keys.contact(next.value()));
                });
        folded = next;
        foldedEvents.addAndGet(batch.size());
        suppressions.folded(next);
    }

    public Journal journal() {
        return journal;
    }

    public Views views() {
        return views;
    }

    public SuppressionBook suppressions() {
        return suppressions;
    }

    /** Up to where the views know the journal. */
    public Position folded() {
        return folded;
    }

    /** Events folded since the start. */
    public long foldedEvents() {
        return foldedEvents.get();
    }

    /** What was found damaged when the journal was opened. */
    public List<String> damage() {
        return damage;
    }

    /** Calls {@code listener} on the folding thread after each batch; it must be brief. */
    public void onFolded(Runnable listener) {
        listeners.add(listener);
    }

    /** Waits until the views know everything up to {@code position}. */
    public void awaitFolded(Position position, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (folded.compareTo(position) <= 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }

    /** Waits until the views know everything before {@code end}. */
    public void awaitFoldedUntil(Position end, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (folded.compareTo(end) < 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }

    /** Reads rows directly, for tools that check them. */
    public <T> T read(java.util.function.Function<Rows, T> reading) {
        return environment.read(reading);
    }

    @Override
    public void close() {
        // Not interrupted: an interrupt would close the file that the thread is reading, under the
        // hands of the writer.
        closing = true;
        try {
            folder.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
        environment.close();
    }
}
