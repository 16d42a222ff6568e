package facteur.mta.queue.record;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.outcome.Disposition;
import facteur.mail.suppression.SuppressionPolicy;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.schedule.DeferredQueue;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Puts outcomes on disk, and only then lets anything follow from them: a suppression, the next try,
 * a notice to the sender, another message on the same connection.
 *
 * <p>An outcome that the store refuses for now (its queue is full, the disk is) is offered again
 * until it is taken: what a host has answered is never forgotten while the process lives. When the
 * store has stopped for good, nothing more is sent.
 */
public final class OutcomeRecorder {
    private static final Logger log = LoggerFactory.getLogger(OutcomeRecorder.class);

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final QueueStore store;
    private final Owner owner;
    private final DeferredQueue deferred;
    private final DsnRequests dsnRequests;
    private final QueueCounters counters;
    private int underWay;
    private boolean stopped;
    private boolean refused;

    /**
     * What became of one recipient.
     *
     * @param attempt tries so far, with this one if it is one; 0 when nothing was tried
     * @param relayed whether it went to a host that sends no notices, although the sender asked for
     *     one of success
     */
    public record Outcome(
            QueuedRecipient recipient,
            Disposition disposition,
            int attempt,
            Optional<DeliveryEvent.Hop> hop,
            boolean relayed) {
        public Outcome(
                QueuedRecipient recipient,
                Disposition disposition,
                int attempt,
                Optional<DeliveryEvent.Hop> hop) {
            this(recipient, disposition, attempt, hop, false);
        }

        /** The same, where nothing more will be heard of it. */
        public Outcome asRelayed() {
            return new Outcome(recipient, disposition, attempt, hop, true);
        }
    }

    public OutcomeRecorder(
            QueueStore store,
            Owner owner,
            DeferredQueue deferred,
            DsnRequests dsnRequests,
            QueueCounters counters) {
        this.store = store;
        this.owner = owner;
        this.deferred = deferred;
        this.dsnRequests = dsnRequests;
        this.counters = counters;
    }

    /** Recipients whose outcome is on its way to the disk. */
    public int underWay() {
        return underWay;
    }

    /** Whether the store failed: without it nothing may be sent. */
    public boolean isStopped() {
        return stopped;
    }

    /**
     * @param notes events that belong to the same recipients
     * @param then run on the queue's thread when all is on disk; never when the store has stopped
     */
    public void record(List<Outcome> outcomes, List<Event> notes, Runnable then) {
        Instant at = owner.wall(owner.now());
        List<DeliveryEvent.Ruled> rulings = new ArrayList<>(outcomes.size());
        for (Outcome each : outcomes) {
            rulings.add(
                    new DeliveryEvent.Ruled(
                            each.recipient().id(),
                            at,
                            each.attempt(),
                            onTheWall(each.disposition()),
                            each.hop().map(hop -> hop.after(waited(each.recipient(), hop)))));
        }
        List<Event> events = new ArrayList<>(notes);
        events.addAll(rulings);
        if (events.isEmpty()) {
            owner.post(then); // no recipient was tried, so there is nothing to wait for
            return;
        }
        underWay += outcomes.size();
        append(
                events,
                position -> outcomes.forEach(each -> suppress(each, at, position)),
                () -> recorded(outcomes, rulings, then));
    }

    /** From when a recipient was due until a session was given it. */
    private Duration waited(QueuedRecipient recipient, DeliveryEvent.Hop hop) {
        Duration time = Duration.between(recipient.due(), owner.now()).minus(hop.took());
        return time.isNegative() ? Duration.ZERO : time;
    }

    /** Retry times are recorded as the wall clock's: they are read after a restart. */
    private Disposition onTheWall(Disposition disposition) {
        return disposition instanceof Disposition.Deferred(var why, var evidence, Instant retryAt)
                ? new Disposition.Deferred(why, evidence, owner.wall(retryAt))
                : disposition;
    }

    /** Records what concerns no recipient; nothing waits for it. */
    public void note(Event event) {
        append(List.of(event), _ -> {}, () -> {});
    }

    /** What follows at once, on the store's thread. */
    private interface Durable {
        void at(Position position);
    }

    private void append(List<Event> events, Durable durable, Runnable then) {
        CompletableFuture<Position> done;
        try {
            done = store.record(events);
        } catch (RuntimeException e) {
            done = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Position> _ =
                done.whenComplete(
                        (position, failure) -> {
                            if (failure == null) {
                                durable.at(position);
                                owner.post(then);
                            } else {
                                owner.post(() -> refused(events, durable, then, failure));
                            }
                        });
    }

    private void refused(List<Event> events, Durable durable, Runnable then, Throwable failure) {
        Optional<String> forGood = store.stopped();
        if (forGood.isPresent()) {
            if (!stopped) {
                stopped = true;
                log.error("delivery stops: outcomes cannot be recorded", failure);
            }
            return;
        }
        if (!refused) {
            refused = true;
            log.warn(
                    "failed to record {} outcomes; offered again until they are",
                    events.size(),
                    failure);
        }
        owner.at(
                owner.now().plus(AGAIN),
                () -> {
                    refused = false;
                    append(events, durable, then);
                });
    }

    private void suppress(Outcome outcome, Instant at, Position recorded) {
        if (outcome.disposition() instanceof Disposition.HardBounce(var why, var evidence)) {
            try {
                store.suppress(
                        outcome.recipient().address().key(),
                        SuppressionPolicy.hardBounce(outcome.recipient().id(), at, why, evidence),
                        recorded);
            } catch (RuntimeException e) {
                // The bounce is on disk: the fold suppresses the address a moment later.
                counters.failedTasks().increment();
                log.error("failed to suppress {} ahead of the fold", outcome.recipient().id(), e);
            }
        }
    }

    private void recorded(
            List<Outcome> outcomes, List<DeliveryEvent.Ruled> rulings, Runnable then) {
        underWay -= outcomes.size();
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            if (outcome.disposition() instanceof Disposition.Deferred(_, _, Instant retryAt)) {
                deferred.defer(
                        outcome.recipient()
                                .deferred(retryAt, outcome.attempt(), outcome.hop().isPresent()));
            }
            counters.count(outcome.disposition());
            counters.observer()
                    .recorded(
                            rulings.get(i),
                            Duration.between(outcome.recipient().acceptedAt(), owner.now()));
            tell(rulings.get(i), outcome);
        }
        then.run();
    }

    private void tell(DeliveryEvent.Ruled ruling, Outcome outcome) {
        try {
            dsnRequests.ruled(ruling, outcome.recipient().position(), outcome.relayed());
        } catch (RuntimeException e) {
            // The outcome is on disk; a notice less must not keep the recipients behind this one.
            counters.failedTasks().increment();
            log.error("failed to tell the sender of {}", ruling.recipient(), e);
        }
    }
}
