package facteur.tracker.recording;

import facteur.mail.event.EngagementEvent;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Unsubscriptions, and refusals to be measured: each is recorded once, however often it is said.
 *
 * <p>What is being recorded, or is on disk and not in the views yet, is remembered here; after that
 * the views tell. So there are as many entries as the views are behind, {@value #MOST} at most:
 * with a disk that stands still, further requests are answered 503.
 */
final class OptOuts {
    /** That are remembered at a time. */
    static final int MOST = 10_000;

    private final Journal journal;
    private final KnownOptOuts standing;
    private final LongAdder recorded;
    private final Map<Said, CompletableFuture<Position>> underWay = new ConcurrentHashMap<>();

    private record Said(RecipientId recipient, boolean unsubscribes) {}

    /**
     * @param recorded counts what is written
     */
    OptOuts(Journal journal, KnownOptOuts standing, LongAdder recorded) {
        this.journal = journal;
        this.standing = standing;
        this.recorded = recorded;
    }

    CompletableFuture<Void> unsubscribed(RecipientId recipient, Instant at, String means) {
        return said(
                new Said(recipient, true), new EngagementEvent.Unsubscribed(recipient, at, means));
    }

    CompletableFuture<Void> declined(RecipientId recipient, Instant at) {
        return said(
                new Said(recipient, false),
                new EngagementEvent.TrackingDeclined(recipient, at, "page"));
    }

    /** Those that are remembered at present. */
    int remembered() {
        return underWay.size();
    }

    private CompletableFuture<Void> said(Said said, EngagementEvent event) {
        CompletableFuture<Position> known = underWay.get(said);
        if (known != null && !isInViews(known)) {
            return known.thenAccept(_ -> {});
        }
        if (known != null) {
            underWay.remove(said, known);
        }
        if (!hasRoom()) {
            return CompletableFuture.failedFuture(
                    new IOException(
                            MOST + " other unsubscriptions wait for the disk or the views"));
        }
        CompletableFuture<Position> mine = new CompletableFuture<>();
        CompletableFuture<Position> other = underWay.putIfAbsent(said, mine);
        if (other != null) {
            return other.thenAccept(_ -> {});
        }
        // Reading the views may wait for the disk, and the caller is an event loop.
        Thread.ofVirtual().name("refusal").start(() -> record(said, event, mine));
        return mine.thenAccept(_ -> {});
    }

    private void record(Said said, EngagementEvent event, CompletableFuture<Position> mine) {
        if (stands(said)) {
            underWay.remove(said, mine);
            mine.complete(Position.START);
            return;
        }
        journal.append(event)
                .whenComplete(
                        (position, failure) -> {
                            if (failure != null) {
                                underWay.remove(said, mine);
                                mine.completeExceptionally(failure);
                            } else {
                                recorded.increment();
                                mine.complete(position);
                            }
                        });
    }

    /** With the views out of order it is recorded, rather than lost. */
    private boolean stands(Said said) {
        try {
            return said.unsubscribes()
                    ? standing.isUnsubscribed(said.recipient())
                    : standing.isDeclined(said.recipient());
        } catch (RuntimeException e) {
            return false;
        }
    }

    private boolean hasRoom() {
        if (underWay.size() >= MOST) {
            underWay.values().removeIf(this::isInViews);
        }
        return underWay.size() < MOST;
    }

    private boolean isInViews(CompletableFuture<Position> recorded) {
        return recorded.isDone()
                && !recorded.isCompletedExceptionally()
                && recorded.join().compareTo(standing.folded()) < 0;
    }
}
