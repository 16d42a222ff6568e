package facteur.server.maillog;

import facteur.config.LoggingSettings;
import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.store.Store;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Follows the journal and writes the mail log, on a thread of its own. Mail waits for nothing here:
 * where lines cannot be written, or nobody takes them from standard output, the thread stays behind
 * and goes on from where it was once that ends. Only what the journal has let go of meanwhile is
 * lost, and counted.
 *
 * <p>Order: the events of a batch are read, their lines written, and then the place is kept. A kill
 * in between repeats lines.
 */
public final class MailLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MailLog.class);

    private static final int BATCH = 500;
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final long SECOND = 1_000_000_000L;

    // A message has its number when it begins to arrive; a transaction has an hour.
    private static final Duration LONGEST_ARRIVAL = Duration.ofHours(2);

    /** As far behind it is said to be behind. */
    public static final Duration LATE = Duration.ofSeconds(30);

    // A reader of standard output that has stopped reading must not keep the server from stopping.
    private static final Duration FAREWELL = Duration.ofSeconds(3);
    private static final Duration BRIEF = Duration.ofMillis(10);

    private final Journal journal;
    private final Supplier<LoggingSettings> settings;
    private final OutputStream standardOutput;
    private final InstantSource clock;
    private final RefusalSums refusals;
    private final StoredMessages stored;
    private final RecentMessages messages;
    private final MailEntries entries;
    private final Bookmark bookmark;
    private final LongAdder lines = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final Thread watch;

    // Of the thread alone.
    private Optional<Target> target = Optional.empty();
    private volatile Position position; // written by the thread alone
    private Position kept;
    private long keptAt;
    private long summedAt;
    private Instant newest = Instant.EPOCH;

    private volatile Instant reached;
    private volatile boolean behind;
    private volatile boolean failing;
    private volatile boolean writing;
    private volatile boolean abandoned;

    /** Where lines go now. */
    private record Target(
            LoggingSettings.MailLog where,
            LoggingSettings.Rotation rotation,
            Optional<LineOutput> output) {}

    /**
     * @param settings those in force, asked before each batch
     * @param standardOutput where lines go with {@code logging.mail: stdout}
     */
    public MailLog(
            Store store,
            Path dataDirectory,
            Supplier<LoggingSettings> settings,
            OutputStream standardOutput,
            RefusalSums refusals,
            InstantSource clock) {
        this.journal = store.journal();
        this.settings = settings;
        this.standardOutput = standardOutput;
        this.refusals = refusals;
        this.clock = clock;
        this.stored = new StoredMessages(store);
        this.messages = new RecentMessages(stored);
        this.entries = new MailEntries(messages);
        this.bookmark = new Bookmark(dataDirectory.resolve("mail-log.position"));
        this.position = begin();
        this.kept = position;
        this.reached = clock.instant();
        this.thread = Thread.ofPlatform().name("mail-log").daemon().start(this::follow);
        this.watch = Thread.ofVirtual().name("mail-log-watch").start(this::watch);
    }

    private Position begin() {
        Position end = journal.durable();
        try {
            Optional<Position> known = bookmark.read();
            if (known.isPresent() && known.get().compareTo(end) > 0) {
                log.warn(
                        "the mail log was at {}, behind the end of the journal, as after a restore;"
                                + " it goes on from the end",
                        known.get());
            }
            return known.filter(at -> at.compareTo(end) <= 0).orElse(end);
        } catch (IOException e) {
            log.warn("failed to read {}; the mail log begins here", bookmark.file(), e);
            return end;
        }
    }

    /** Lines written since the start. */
    public long lines() {
        return lines.sum();
    }

    /** Up to where lines were written. */
    Position position() {
        return position;
    }

    /** How often the journal had let go of events before their lines were written. */
    public long gaps() {
        return gaps.sum();
    }

    /** Whether the last try to write failed. */
    public boolean isFailing() {
        return failing;
    }

    /** How old the oldest event is whose line is not written; zero when there is none. */
    public Duration lag() {
        if (!behind) {
            return Duration.ZERO;
        }
        Duration lag = Duration.between(reached, clock.instant());
        return lag.isNegative() ? Duration.ZERO : lag;
    }

    /** Says once that lines are late, since the thread itself may be waiting for its reader. */
    private void watch() {
        boolean said = false;
        try {
            while (!closing.await(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
                boolean late = lag().compareTo(LATE) > 0;
                if (late && !said) {
                    log.warn(
                            "the mail log is {} s behind: mail goes on, lines come later; look who"
                                    + " reads standard output, or at the disk of its file",
                            lag().toSeconds());
                }
                said = late;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        boolean open = true;
        while (open) {
            // Once more after the end was asked for: what happened before it has its line.
            open = closing.getCount() > 0;
            try {
                turn(open);
                if (failing) {
                    failing = false;
                    log.info("the mail log is written again");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException | RuntimeException e) {
                if (abandoned) {
                    return;
                }
                if (!failing) {
                    failing = true;
                    log.warn("failed to write the mail log; mail goes on, and so does trying", e);
                }
                open = open && !paused();
            }
        }
        closeTarget();
    }

    /** Whether the end came while it waited. */
    private boolean paused() {
        try {
            return closing.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void turn(boolean waits) throws IOException, InterruptedException {
        LoggingSettings now = settings.get();
        aim(now);
        if (waits) {
            journal.await(position, IDLE);
        }
        Optional<LineOutput> wanted = target.flatMap(Target::output);
        if (wanted.isEmpty()) {
            position = journal.durable();
            behind = false;
            refusals.drain(clock.instant());
            return;
        }
        LineOutput output = wanted.get();
        LineFormat format =
                switch (now.format()) {
                    case TEXT -> LineFormat.TEXT;
                    case JSON -> LineFormat.JSON;
                };
        Position end = journal.durable();
        do {
            batch(output, format);
        } while (!waits && !abandoned && position.compareTo(end) < 0);
        sum(output, format, !waits);
        keep(output, !waits);
    }

    private void batch(LineOutput output, LineFormat format) throws IOException {
        boolean more = position.compareTo(journal.durable()) < 0;
        if (more && !behind) {
            reached = clock.instant();
        }
        behind = more;
        Position oldest = journal.oldest();
        if (more && position.segment() < oldest.segment()) {
            gap(oldest);
        }
        List<Event> events = new ArrayList<>();
        Position next = journal.read(position, BATCH, (_, event) -> events.add(event));
        stored.readUntil(next);
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (Event event : events) {
            if (event instanceof SubmissionEvent.Accepted accepted) {
                messages.add(accepted);
            }
            for (LogEntry entry : isCopy(event) ? List.<LogEntry>of() : entries.of(event)) {
                text.append(format.line(entry));
                count++;
            }
        }
        write(output, text, count);
        if (!events.isEmpty()) {
            reached = events.getLast().at();
        }
        position = next;
        behind = position.compareTo(journal.durable()) < 0;
    }

    /**
     * Whether a message was only appended again, so that its old place could be let go. Its number
     * is far below those around it: numbers grow, even where the clock is set back.
     */
    private boolean isCopy(Event event) {
        if (!(event instanceof SubmissionEvent.Accepted accepted)) {
            return false;
        }
        Instant at = accepted.message().at();
        if (at.isAfter(newest)) {
            newest = at;
        }
        return at.isBefore(newest.minus(LONGEST_ARRIVAL));
    }

    private void gap(Position oldest) {
        gaps.increment();
        log.warn(
                "the mail log was at {} and the journal begins at {} by now: the lines between are"
                        + " lost",
                position,
                oldest);
        position = oldest;
    }

    private void write(LineOutput output, StringBuilder text, int count) throws IOException {
        if (count == 0) {
            return;
        }
        writing = true;
        try {
            output.write(text.toString().getBytes(StandardCharsets.UTF_8));
        } finally {
            writing = false;
        }
        if (abandoned) {
            throw new IOException("the server stopped while these lines were being taken");
        }
        lines.add(count);
    }

    /** What was refused, once a second. */
    private void sum(LineOutput output, LineFormat format, boolean last) throws IOException {
        if (last || System.nanoTime() - summedAt >= SECOND) {
            summedAt = System.nanoTime();
            List<LogEntry> sums = refusals.drain(clock.instant());
            StringBuilder text = new StringBuilder();
            sums.forEach(entry -> text.append(format.line(entry)));
            write(output, text, sums.size());
        }
    }

    /** Keeps the place, once a second. */
    private void keep(LineOutput output, boolean last) throws IOException {
        if (!position.equals(kept) && (last || System.nanoTime() - keptAt >= SECOND)) {
            keptAt = System.nanoTime();
            output.sync();
            bookmark.keep(position);
            kept = position;
        }
    }

    /** Opens what the settings name now, if that is not what is open. */
    private void aim(LoggingSettings now) throws IOException {
        boolean same =
                target.filter(
                                open ->
                                        open.where().equals(now.mail())
                                                && open.rotation().equals(now.rotation()))
                        .isPresent();
        if (same) {
            return;
        }
        closeTarget();
        Optional<LineOutput> output = output(now);
        target = Optional.of(new Target(now.mail(), now.rotation(), output));
        if (output.isEmpty()) {
            bookmark.forget();
        } else {
            bookmark.keep(position);
        }
    }

    private Optional<LineOutput> output(LoggingSettings now) throws IOException {
        return switch (now.mail()) {
            case LoggingSettings.MailLog.Off _ -> Optional.empty();
            case LoggingSettings.MailLog.StandardOutput _ ->
                    Optional.of(new StreamOutput(standardOutput));
            case LoggingSettings.MailLog.InFile(Path file) ->
                    Optional.of(new RotatedFile(file, now.rotation()));
        };
    }

    private void closeTarget() {
        target.flatMap(Target::output)
                .ifPresent(
                        output -> {
                            try {
                                output.close();
                            } catch (IOException e) {
                                log.warn("failed to close the mail log: {}", e.getMessage());
                            }
                        });
        target = Optional.empty();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(FAREWELL)) {
                abandoned = true;
                log.warn(
                        "nobody takes the last lines of the mail log, or they are too many; they"
                                + " are written after the next start");
            }
            // It looks at nothing any more once its last write has returned; before, it may be
            // reading what is closed behind this.
            while (!writing && !thread.join(BRIEF)) {
                log.debug("the mail log is at its last batch");
            }
            watch.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
