package facteur.tracker.recording;

import facteur.mail.event.EngagementEvent;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Entry;
import facteur.store.journal.Journal;
import facteur.tracker.engagement.Hit;
import facteur.tracker.engagement.HitPolicy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes hits without making anyone wait. The answer to a reader never depends on it: when more come
 * than can be recorded, the surplus is counted and dropped; when the journal has stopped, so are
 * all.
 */
public final class Recorder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Recorder.class);
    private static final int WAITING = 65_536;
    private static final int BATCH = 4_096;
    private static final long POLL_MILLIS = 200;

    private final Journal journal;
    private final HitPolicy policy;
    private final ArrayBlockingQueue<Hit> waiting = new ArrayBlockingQueue<>(WAITING);
    private final LongAdder recorded = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread = Thread.ofPlatform().name("hits").unstarted(this::run);
    private volatile boolean closing;

    public Recorder(Journal journal, HitPolicy policy) {
        this.journal = journal;
        this.policy = policy;
        thread.start();
    }

    /** Hands over a hit; returns at once. */
    public void record(Hit hit) {
        if (!waiting.offer(hit)) {
            dropped.increment();
        }
    }

    /** Completes once the unsubscription is on disk, or exceptionally when it cannot be. */
    public CompletableFuture<Void> unsubscribed(RecipientId recipient, Instant at, String means) {
        return journal.append(new EngagementEvent.Unsubscribed(recipient, at, means))
                .thenAccept(_ -> recorded.increment());
    }

    /** Events written since the start. */
    public long recorded() {
        return recorded.sum();
    }

    /** Hits lost since the start, because too many came or the journal had stopped. */
    public long dropped() {
        return dropped.sum();
    }

    private void run() {
        List<Hit> batch = new ArrayList<>();
        while (!closing || !waiting.isEmpty()) {
            try {
                batch.clear();
                Hit first = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, BATCH);
                    write(batch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // These hits are lost, the next ones need not be.
                dropped.add(batch.size());
                log.error("judge {} hits", batch.size(), e);
            }
        }
    }

    private void write(List<Hit> batch) {
        List<Entry> entries = new ArrayList<>();
        for (Hit hit : batch) {
            policy.events(hit).forEach(event -> entries.add(new Entry.Happened(event)));
        }
        if (entries.isEmpty()) {
            return;
        }
        int count = entries.size();
        journal.append(entries)
                .whenComplete(
                        (_, failure) -> {
                            if (failure == null) {
                                recorded.add(count);
                            } else {
                                dropped.add(count);
                            }
                        });
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
