package facteur.mta.queue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.outcome.Disposition;
import facteur.store.fold.Folder;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Puts rulings on disk, and only then lets anything follow from them: a suppression, the next try,
 * a notice to the sender, another message on the same connection.
 */
final class Settlement {
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private final Ledger ledger;
    private final Owner owner;
    private final Backlog backlog;
    private final Notices notices;
    private final QueueFigures figures;
    private int underWay;
    private boolean stopped;

    /**
     * What became of one recipient.
     *
     * @param attempt 0 when nothing was tried
     */
    record Settled(
            Pending pending,
            Disposition disposition,
            int attempt,
            Optional<DeliveryEvent.Hop> hop) {}

    Settlement(Ledger ledger, Owner owner, Backlog backlog, Notices notices, QueueFigures figures) {
        this.ledger = ledger;
        this.owner = owner;
        this.backlog = backlog;
        this.notices = notices;
        this.figures = figures;
    }

    /** Recipients whose ruling is on its way to the disk. */
    int underWay() {
        return underWay;
    }

    /** Whether the journal failed: without it nothing may be sent. */
    boolean isStopped() {
        return stopped;
    }

    /**
     * @param notes events that belong to the same recipients
     * @param then run on the queue's thread when all is on disk; never when that fails
     */
    void settle(List<Settled> settled, List<Event> notes, Runnable then) {
        Instant now = owner.now();
        List<DeliveryEvent.Ruled> rulings = new ArrayList<>(settled.size());
        for (Settled each : settled) {
            rulings.add(
                    new DeliveryEvent.Ruled(
                            each.pending().id(),
                            now,
                            each.attempt(),
                            each.disposition(),
                            each.hop()));
        }
        List<Event> events = new ArrayList<>(notes);
        events.addAll(rulings);
        underWay += settled.size();
        CompletableFuture<Position> _ =
                ledger.record(events)
                        .whenComplete(
                                (position, failure) -> {
                                    if (failure != null) {
                                        owner.post(() -> stop(failure));
                                        return;
                                    }
                                    settled.forEach(each -> suppress(each, now, position));
                                    owner.post(() -> recorded(settled, rulings, then));
                                });
    }

    /** Records what concerns no recipient; nothing waits for it. */
    void note(Event event) {
        CompletableFuture<Position> _ =
                ledger.record(List.of(event))
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        owner.post(() -> stop(failure));
                                    }
                                });
    }

    private void suppress(Settled settled, Instant at, Position recorded) {
        if (settled.disposition() instanceof Disposition.HardBounce(var why, var evidence)) {
            ledger.suppress(
                    settled.pending().address().key(),
                    Folder.hardBounce(settled.pending().id(), at, why, evidence),
                    recorded);
        }
    }

    private void recorded(List<Settled> settled, List<DeliveryEvent.Ruled> rulings, Runnable then) {
        underWay -= settled.size();
        for (int i = 0; i < settled.size(); i++) {
            Pending pending = settled.get(i).pending();
            Disposition disposition = settled.get(i).disposition();
            figures.count(disposition);
            if (disposition instanceof Disposition.Deferred(_, _, Instant retryAt)) {
                backlog.defer(pending.deferred(retryAt, settled.get(i).hop().isPresent()));
            }
            notices.ruled(rulings.get(i), pending.position());
        }
        then.run();
    }

    private void stop(Throwable failure) {
        if (!stopped) {
            stopped = true;
            log.error("delivery stops, since its outcome cannot be recorded", failure);
        }
    }
}
