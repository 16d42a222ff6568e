package facteur.store;

import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.fold.Keys;
import facteur.store.fold.MessageRow;
import facteur.store.fold.PendingRow;
import facteur.store.fold.RetentionHorizon;
import facteur.store.fold.Rows;
import facteur.store.fold.SegmentRow;
import facteur.store.fold.Table;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.lmdb.Environment;
import facteur.store.query.PendingRecipient;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Lets go of what has had its time: segments of the journal, timelines and history in the views.
 *
 * <p>The journal goes from its old end. What is owed there is appended again when it is little, so
 * that a few long-deferred messages do not pin a segment each; else the segments wait. Before
 * segments go, {@link ViewSnapshot} keeps a copy of the views that knows all that was in them.
 *
 * <p>What the views forget they forget by an event in the journal, in portions, so that a rebuild
 * forgets the same.
 */
final class StoreMaintenance implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoreMaintenance.class);

    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration FOLD_PATIENCE = Duration.ofMinutes(5);

    /** Of what is released at most this share is written again. */
    private static final int COPIED_SHARE = 4;

    private static final int STRAGGLERS = 100_000;
    private static final int PAGE = 10_000;

    /** Rows that are looked at, and then forgotten, in one portion. */
    private static final int PORTION = 20_000;

    private static final int PORTIONS = 100;

    private final Layout layout;
    private final Journal journal;
    private final Environment environment;
    private final Folding folding;
    private final ViewSnapshot viewSnapshot;
    private final int segmentSize;
    private final ClockWatch clockWatch;
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("upkeep").factory());

    StoreMaintenance(
            Layout layout,
            Journal journal,
            Environment environment,
            Folding folding,
            ClockWatch clockWatch,
            int segmentSize) {
        this.layout = layout;
        this.journal = journal;
        this.environment = environment;
        this.folding = folding;
        this.clockWatch = clockWatch;
        this.viewSnapshot = new ViewSnapshot(layout, environment);
        this.segmentSize = segmentSize;
    }

    void start(java.util.function.Supplier<Retention> retention, InstantSource clock) {
        clockWatch.begin(clock.instant(), System.nanoTime(), environment.read(Folding::newest));
        clockwork.scheduleWithFixedDelay(
                () -> tick(retention.get(), clock.instant(), System.nanoTime()),
                EVERY.toSeconds(),
                EVERY.toSeconds(),
                TimeUnit.SECONDS);
    }

    /**
     * One turn of the upkeep. While the clock is doubted nothing is let go by its age, and the size
     * of the bodies rules as ever.
     */
    void tick(Retention retention, Instant now, long nanos) {
        try {
            environment.watchReaders();
            if (clockWatch.isBelieved(now, nanos)) {
                round(retention, now);
            } else {
                round(retention.bySizeAlone(), Instant.EPOCH);
            }
        } catch (IOException | RuntimeException e) {
            // Keeping too much is safe; the next round tries again.
            log.error("failed to delete what is past its retention", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets go of all that has had its time at {@code now}. */
    void round(Retention retention, Instant now) throws IOException, InterruptedException {
        expire(retention, now);
        Optional<FileChannel> retain = layout.retain();
        if (retain.isEmpty()) {
            log.info("segments are kept while a backup copies them");
            return;
        }
        try (FileChannel _ = retain.get()) {
            viewSnapshot.forgetErased();
            release(retention, now);
        }
    }

    private void release(Retention retention, Instant now)
            throws IOException, InterruptedException {
        Position folded = folding.folded();
        SortedMap<Long, SegmentRow> segments = segments(journal.oldest(), folded);
        Release release = Release.of(segments, segmentSize, retention, now);
        long keep = release.free();
        if (release.aged() > release.free() && copyStragglers(release.aged())) {
            keep = release.aged();
        }
        if (keep > journal.oldest().segment()) {
            Position wanted = Position.beginOf(keep);
            long octets = (keep - journal.oldest().segment()) * segmentSize;
            Position covered = viewSnapshot.cover(wanted, folding.folded(), octets);
            Position until = covered.compareTo(wanted) < 0 ? covered : wanted;
            journal.release(until, folding.folded());
            log.debug("the journal begins at {}", journal.oldest());
        } else {
            journal.release(journal.oldest(), folding.folded());
        }
    }

    private SortedMap<Long, SegmentRow> segments(Position oldest, Position folded) {
        SortedMap<Long, SegmentRow> segments = new TreeMap<>();
        for (long number = oldest.segment(); number <= folded.segment(); number++) {
            segments.put(number, SegmentRow.NONE);
        }
        environment.read(
                rows -> {
                    rows.scan(
                            Table.SEGMENTS,
                            new byte[0],
                            Keys.contact(oldest.segment()),
                            (key, value) -> {
                                segments.computeIfPresent(
                                        Keys.number(key), (_, _) -> SegmentRow.decode(value));
                                return true;
                            });
                    return true;
                });
        return segments;
    }

    /** Appends again what is owed before a segment; false when it is too much for that. */
    private boolean copyStragglers(long before) throws IOException, InterruptedException {
        Map<Position, Long> owed = new HashMap<>();
        Optional<RecipientId> last = Optional.empty();
        List<PendingRow> page;
        do {
            page = pending(last);
            for (PendingRow row : page) {
                PendingRecipient recipient = row.recipient();
                if (row.first().segment() < before) {
                    owed.computeIfAbsent(recipient.position(), _ -> size(recipient.id().message()));
                }
            }
            last = page.isEmpty() ? last : Optional.of(page.getLast().recipient().id());
        } while (!page.isEmpty() && owed.size() <= STRAGGLERS);
        long octets = owed.values().stream().mapToLong(Long::longValue).sum();
        long released = (before - journal.oldest().segment()) * segmentSize;
        if (owed.size() > STRAGGLERS || octets > released / COPIED_SHARE) {
            return false;
        }
        for (Position position : owed.keySet().stream().sorted().toList()) {
            if (!journal.copyForward(position)) {
                throw new IOException(
                        "copy the message at "
                                + position
                                + " forward: it is owed and not in the journal; facteur store"
                                + " verify tells more");
            }
        }
        log.info("{} messages that are still pending were copied forward", owed.size());
        return owed.isEmpty() || awaitAll();
    }

    private boolean awaitAll() throws InterruptedException {
        Position end = journal.durable();
        long deadline = System.nanoTime() + FOLD_PATIENCE.toNanos();
        while (folding.folded().compareTo(end) < 0 && System.nanoTime() < deadline) {
            boolean _ = folding.await(folding.folded(), Duration.ofSeconds(1));
        }
        return folding.folded().compareTo(end) >= 0;
    }

    private List<PendingRow> pending(Optional<RecipientId> after) {
        return environment.read(rows -> PendingRow.page(rows, after, PAGE));
    }

    private long size(MailId message) {
        return environment.read(
                rows ->
                        MessageRow.find(rows, message)
                                .map(known -> known.accepted().size())
                                .orElse(0L));
    }

    private void expire(Retention retention, Instant now) throws IOException, InterruptedException {
        MailId timelines = MailId.firstAt(now.minus(retention.timelines()));
        MailId history = MailId.firstAt(now.minus(retention.history()));
        for (int i = 0; i < PORTIONS; i++) {
            Optional<RetentionHorizon> next =
                    environment.read(rows -> portion(rows, timelines, history));
            if (next.isEmpty()) {
                return;
            }
            OperatorEvent event =
                    new OperatorEvent.Expired(
                            next.get().timelines(), next.get().history(), now, "retention");
            try {
                Position at = journal.append(event).join();
                if (!folding.await(at, FOLD_PATIENCE)) {
                    return;
                }
            } catch (CompletionException e) {
                throw new IOException("record what is forgotten: " + e.getMessage(), e);
            }
        }
    }

    /** The next horizon, so near that reaching it is little work; empty when it is reached. */
    private static Optional<RetentionHorizon> portion(Rows rows, MailId timelines, MailId history) {
        RetentionHorizon known = RetentionHorizon.of(rows);
        RetentionHorizon next =
                new RetentionHorizon(
                        portion(rows, Table.TIMELINE, known.timelines(), timelines),
                        portion(rows, Table.RECIPIENTS, known.history(), history));
        return next.equals(known) ? Optional.empty() : Optional.of(next);
    }

    private static MailId portion(Rows rows, Table table, MailId from, MailId until) {
        if (until.compareTo(from) <= 0) {
            return from;
        }
        int[] seen = {0};
        MailId[] bound = {from};
        rows.scan(
                table,
                new byte[0],
                Keys.message(from),
                (key, _) -> {
                    MailId message = Keys.recipient(key, 0).message();
                    boolean takes = message.compareTo(until) < 0 && seen[0]++ < PORTION;
                    bound[0] = takes ? new MailId(message.value() + 1) : bound[0];
                    return takes;
                });
        return bound[0];
    }

    @Override
    public void close() {
        clockwork.shutdown();
        try {
            if (!clockwork.awaitTermination(FOLD_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("store maintenance did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
