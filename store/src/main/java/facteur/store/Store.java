package facteur.store;

import facteur.mail.message.MailId;
import facteur.mail.time.ClockTrust;
import facteur.store.fold.Rows;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;
import facteur.store.lmdb.Environment;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.Queries;
import facteur.store.view.Views;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Opens journal and views of a data directory, and folds the one into the other.
 *
 * <p>The rows that a batch of events changes and the position that it reaches are committed in one
 * transaction. A restart reads the position and folds what follows it; when {@link #open} returns,
 * the views know everything that was ever acknowledged, but for hits of readers where many wait:
 * who is owed mail, who must not be sent to, and what is held, they know.
 */
public final class Store implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Store.class);

    private final Layout layout;
    private final SegmentedJournal journal;
    private final Environment environment;
    private final Queries views;
    private final SuppressionBook suppressions;
    private final Folding folding;
    private final ClockWatch clockWatch;
    private final StoreMaintenance storeMaintenance;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<String> damage;
    private final Position atStart;

    /**
     * @param segmentSize octets of a journal segment
     */
    public record Options(Path directory, int segmentSize, FileOpener opener) {
        public static final int SEGMENT_SIZE = 64 << 20;

        public static Options of(Path directory) {
            return new Options(directory, SEGMENT_SIZE, FileOpener.real());
        }
    }

    private Store(
            Options options,
            SegmentedJournal journal,
            Environment environment,
            List<String> damage) {
        this.layout = new Layout(options.directory());
        this.journal = journal;
        this.environment = environment;
        this.views = new Views(environment::read);
        this.suppressions = new SuppressionBook(views.suppressions());
        this.folding = new Folding(journal, environment, this::afterBatch);
        this.clockWatch = new ClockWatch(layout);
        this.storeMaintenance =
                new StoreMaintenance(
                        layout, journal, environment, folding, clockWatch, options.segmentSize());
        this.damage = List.copyOf(damage);
        this.atStart = journal.durable();
    }

    /**
     * Looks at a directory that may be in use or not yet be there, and changes nothing.
     *
     * @throws IOException in words when {@link #open} would not take it
     */
    public static void requireReadable(Path directory) throws IOException {
        Layout layout = new Layout(directory);
        Format.require(layout);
        SegmentedJournal.requireReadable(layout.journal());
        Environment.requireReadable(layout.views());
    }

    /**
     * As {@link #requireReadable}, and of journal and views neither may be missing where the other
     * is there: a start would go on with what there is.
     *
     * @throws IOException in words that say what to do
     */
    public static void requireSound(Path directory) throws IOException {
        requireReadable(directory);
        Layout layout = new Layout(directory);
        if (layout.holdsData()) {
            layout.requireJournal();
            Environment.requirePresent(layout.views());
        }
    }

    /**
     * Opens the store, replays what the views have not seen, and goes on folding.
     *
     * @throws IOException when another process holds the directory, the disk fails, or journal and
     *     views do not belong together; it says what to do
     */
    public static Store open(Options options) throws IOException {
        Store store = idle(options, SegmentedJournal::beside);
        store.journal.start();
        store.folding.start();
        return store;
    }

    /**
     * The same without threads: what is appended is written by {@link #writeTurn}, and folded by
     * {@link #foldTurn}, on a thread of the caller.
     *
     * @param besides makes the next segment of the journal
     * @throws IOException as {@link #open}
     */
    public static Store idle(Options options, Executor besides) throws IOException {
        Layout layout = new Layout(options.directory());
        Format.claim(layout);
        Layout.recover(layout.views());
        Layout.recover(layout.base());
        Environment environment =
                Environment.open(layout.views(), Environment.Mode.DURABLE, options.opener());
        try {
            Position folded = environment.read(Folding::position);
            SegmentedJournal.Opened opened =
                    SegmentedJournal.idle(
                            layout.journal(),
                            options.segmentSize(),
                            folded,
                            options.opener(),
                            besides);
            opened.damage().forEach(what -> log.error("journal: {}", what));
            return begun(options, opened, environment);
        } catch (IOException | RuntimeException e) {
            environment.close();
            throw e;
        }
    }

    private static Store begun(
            Options options, SegmentedJournal.Opened opened, Environment environment)
            throws IOException {
        SegmentedJournal journal = opened.journal();
        try {
            Store store = new Store(options, journal, environment, opened.damage());
            requireNoGap(store.folding.folded(), journal.oldest(), options.directory());
            long putOff = store.folding.settle();
            if (putOff > 0) {
                log.warn(
                        "{} hits of readers are not in the views yet; they are folded while mail is"
                                + " taken and sent, and statuses show late until then",
                        putOff);
            }
            return store;
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** Between what the views know and what the journal still holds nothing may be missing. */
    static void requireNoGap(Position folded, Position oldest, Path directory) throws IOException {
        if (folded.segment() < oldest.segment()
                && !(folded.equals(Position.START) && oldest.segment() == 0)) {
            throw new IOException(
                    "the views of "
                            + directory
                            + " end at "
                            + folded
                            + ", the journal begins at "
                            + oldest
                            + ": what lies between is in neither. facteur store rebuild makes the"
                            + " views from the last base; else restore a backup");
        }
    }

    /** See {@link SegmentedJournal#turn}. */
    public boolean writeTurn() {
        return journal.turn();
    }

    /**
     * Folds a batch of what was recorded.
     *
     * @return whether there was one
     */
    public boolean foldTurn() throws IOException {
        return folding.turn();
    }

    private void afterBatch(Position reached) {
        suppressions.folded(reached);
        listeners.forEach(Runnable::run);
    }

    public Journal journal() {
        return journal;
    }

    public Queries views() {
        return views;
    }

    public SuppressionBook suppressions() {
        return suppressions;
    }

    /**
     * A message, wherever it stands by now; empty when its octets are not kept any more.
     *
     * @param hint where it stood when the caller last heard of it
     */
    public Optional<Journal.StoredMessage> message(MailId id, Position hint) throws IOException {
        Optional<Journal.StoredMessage> there = journal.message(hint);
        if (there.isPresent()) {
            return there;
        }
        // It may have been copied forward. The views know, since they are told before the old
        // place is let go.
        Optional<Position> now = views.messages().find(id).map(AcceptedMessage::position);
        return now.isPresent() ? journal.message(now.get()) : Optional.empty();
    }

    /** Up to where the views know the journal. */
    public Position folded() {
        return folding.folded();
    }

    /** Whether events that were recorded before the start wait to be folded. */
    public boolean isCatchingUp() {
        return folding.folded().compareTo(atStart) < 0;
    }

    /** Events folded since the start. */
    public long foldedEvents() {
        return folding.events();
    }

    /** What was found damaged when the journal was opened. */
    public List<String> damage() {
        return damage;
    }

    /** Calls {@code listener} on the folding thread after each batch; it must be brief. */
    public void onFolded(Runnable listener) {
        listeners.add(listener);
    }

    /** Waits until the views know the record at {@code position}; false when the time is over. */
    public boolean awaitFolded(Position position, Duration atMost) throws InterruptedException {
        return folding.await(position, atMost);
    }

    /** Waits until the views know everything before {@code end}; false when the time is over. */
    public boolean awaitFoldedUntil(Position end, Duration atMost) throws InterruptedException {
        return folding.awaitEnd(end, atMost);
    }

    /** Readings of the views that see the same instant. */
    public <T> T read(Function<Queries, T> readings) {
        return environment.read(rows -> readings.apply(new Views(rows)));
    }

    /** Reads rows directly, for tools that check them. */
    public <T> T rows(Function<Rows, T> reading) {
        return environment.read(reading);
    }

    /** Octets on disk, for gauges. */
    public record Sizes(long journal, long views) {}

    public Sizes sizes() {
        return new Sizes(journal.octets(), environment.octets());
    }

    /** For how long the oldest reader of the views has been reading. */
    public Duration oldestReader() {
        return environment.oldestReader();
    }

    /** From now on what has had its time is let go, once a minute. */
    public void keep(Supplier<Retention> retention, InstantSource clock) {
        storeMaintenance.start(retention, clock);
    }

    /**
     * Why the clock is doubted, so that nothing is let go by its age; empty while it is believed.
     */
    public Optional<ClockTrust.Doubt> clockDoubt() {
        return clockWatch.doubt();
    }

    /** Believes the clock of this machine from now on, for a server that runs or will start. */
    public static void acceptClock(Path directory, Instant now) throws IOException {
        Layout layout = new Layout(directory);
        layout.requireJournal();
        ClockWatch.accept(layout, now);
    }

    /** How many files a journal has, all of which a server keeps open; 0 before its first start. */
    public static long segments(Path directory) throws IOException {
        return new Layout(directory).journalFiles();
    }

    /** One turn of the upkeep, for tests. */
    void upkeep(Retention retention, Instant now, long nanos) {
        storeMaintenance.tick(retention, now, nanos);
    }

    /** Lets go of all that has had its time at {@code now}; waits for the disk. */
    public void letGo(Retention retention, Instant now) throws IOException, InterruptedException {
        storeMaintenance.round(retention, now);
    }

    /** Copies everything to a new directory while work goes on; see {@link Backup}. */
    public void backup(Path target) throws IOException {
        Backup.take(layout, environment, target);
    }

    /** What is known of a person, and how to erase it. */
    public ContactErasure people() {
        return new ContactErasure(journal, views);
    }

    @Override
    public void close() {
        storeMaintenance.close();
        folding.close();
        journal.close();
        environment.close();
    }
}
