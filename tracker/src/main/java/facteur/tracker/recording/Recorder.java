package facteur.tracker.recording;

import facteur.mail.event.Event;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.tracker.engagement.Hit;
import facteur.tracker.engagement.HitPolicy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes hits without making anyone wait. The answer to a reader never depends on it: when more come
 * than can be recorded, the surplus is counted and dropped; when the journal has stopped, so are
 * all.
 */
public final class Recorder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Recorder.class);
    private static final int WAITING = 65_536;
    private static final Duration WARN = Duration.ofMinutes(1);
    private static final int BATCH = 4_096;
    // Batches that the journal may hold at a time; with a slow disk hits wait here, and then drop.
    private static final int APPENDS = 4;
    private static final long POLL_MILLIS = 200;
    // Whoever unsubscribes is told that it has to be done again, rather than kept waiting for a
    // disk that is full; one-click clients give up after some ten seconds.
    private static final Duration ANSWER = Duration.ofSeconds(10);
    // Hits that come close together share one append, and one waking of this thread.
    private static final long GATHER_NANOS = 8_000_000;

    private final Journal journal;
    private final HitPolicy policy;
    private final InstantSource clock;
    private final Semaphore appends = new Semaphore(APPENDS);
    private final ArrayBlockingQueue<Hit> waiting = new ArrayBlockingQueue<>(WAITING);
    private final LongAdder recorded = new LongAdder();
    private final OptOuts optOuts;
    private final LongAdder dropped = new LongAdder();
    private final Thread thread = Thread.ofPlatform().name("hits").unstarted(this::run);
    private final AtomicLong warnedAt = new AtomicLong(System.nanoTime() - WARN.toNanos());
    private volatile boolean closing;

    /** Where there are no views. */
    public Recorder(Journal journal, HitPolicy policy, InstantSource clock) {
        this(journal, policy, KnownOptOuts.none(), clock);
    }

    /**
     * @param standing what the views know of refusals
     * @param clock that of the hits
     */
    public Recorder(Journal journal, HitPolicy policy, KnownOptOuts standing, InstantSource clock) {
        this.journal = journal;
        this.policy = policy;
        this.clock = clock;
        this.optOuts = new OptOuts(journal, standing, recorded);
        thread.start();
    }

    /** Hands over a hit; returns at once. */
    public void record(Hit hit) {
        if (!waiting.offer(hit)) {
            lost(1);
        }
    }

    private void lost(int hits) {
        dropped.add(hits);
        long now = System.nanoTime();
        long last = warnedAt.get();
        if (now - last > WARN.toNanos() && warnedAt.compareAndSet(last, now)) {
            log.warn(
                    "{} hits were not recorded since the start: {}",
                    dropped(),
                    journal.stopped().orElse("more come than the disk takes"));
        }
    }

    /**
     * Completes once the unsubscription is on disk, or exceptionally when it cannot be, or not
     * soon: then it may be recorded all the same. One that stands is not recorded again.
     */
    public CompletableFuture<Void> unsubscribed(RecipientId recipient, Instant at, String means) {
        return optOuts.unsubscribed(recipient, at, means)
                .orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }

    /** Events written since the start. */
    public long recorded() {
        return recorded.sum();
    }

    /** Hits lost since the start, because too many came or the journal had stopped. */
    public long dropped() {
        return dropped.sum() + policy.uncounted();
    }

    /** Completes once it is on disk that the recipient is not to be measured any more. */
    public CompletableFuture<Void> trackingDeclined(RecipientId recipient, Instant at) {
        return optOuts.declined(recipient, at).orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }

    private void run() {
        List<Hit> batch = new ArrayList<>();
        while (!closing || !waiting.isEmpty()) {
            try {
                batch.clear();
                Hit first = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    LockSupport.parkNanos(this, GATHER_NANOS);
                    batch.add(first);
                    waiting.drainTo(batch, BATCH);
                }
                write(batch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // These hits are lost, the next ones need not be.
                lost(batch.size());
                log.error("failed to classify {} hits", batch.size(), e);
            }
        }
        try {
            append(policy.rest());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Hit> batch) throws InterruptedException {
        append(batch.isEmpty() ? policy.over(clock.instant()) : policy.events(batch));
    }

    private void append(List<Event> events) throws InterruptedException {
        if (events.isEmpty()) {
            return;
        }
        List<JournalEntry> entries = new ArrayList<>(events.size());
        events.forEach(event -> entries.add(new JournalEntry.Happened(event)));
        int count = entries.size();
        if (!mayAppend()) {
            lost(entries.size());
            return;
        }
        journal.append(entries)
                .whenComplete(
                        (_, failure) -> {
                            appends.release();
                            if (failure == null) {
                                recorded.add(count);
                            } else {
                                lost(count);
                            }
                        });
    }

    /** Waits for a place; false when the journal is stuck and the wait is over. */
    private boolean mayAppend() throws InterruptedException {
        while (!appends.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (closing) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
