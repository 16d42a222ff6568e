package facteur.mta.queue.schedule;

import facteur.mta.queue.schedule.Whereabouts.Waits;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who is owed a delivery and waits for nothing that the queue could give: for its time, or for an
 * operator.
 */
public final class DeferredQueue {
    private final PriorityQueue<QueuedRecipient> deferred =
            new PriorityQueue<>(Comparator.comparingLong(QueuedRecipient::dueMillis));
    private final Whereabouts whereabouts;
    private List<QueuedRecipient> held = new ArrayList<>();

    public DeferredQueue(Whereabouts whereabouts) {
        this.whereabouts = whereabouts;
    }

    public void defer(QueuedRecipient recipient) {
        deferred.add(recipient);
        whereabouts.put(recipient, Waits.DEFERRED);
    }

    /** Holds a recipient back until an order is taken back. */
    public void hold(QueuedRecipient recipient) {
        held.add(recipient);
        whereabouts.put(recipient, Waits.HELD);
    }

    /** The next one whose time has come. */
    public Optional<QueuedRecipient> due(Instant now) {
        QueuedRecipient first = deferred.peek();
        if (first == null || first.dueMillis() > now.toEpochMilli()) {
            return Optional.empty();
        }
        whereabouts.remove(first, Waits.DEFERRED);
        return Optional.of(deferred.remove());
    }

    public Optional<Instant> nextDue() {
        return Optional.ofNullable(deferred.peek()).map(QueuedRecipient::due);
    }

    /** All that are held back; they are held again if the orders that stand say so. */
    public List<QueuedRecipient> takeHeld() {
        List<QueuedRecipient> all = held;
        held = new ArrayList<>();
        all.forEach(recipient -> whereabouts.remove(recipient, Waits.HELD));
        return all;
    }

    /** Takes out what matches. */
    public List<QueuedRecipient> remove(Predicate<QueuedRecipient> which) {
        List<QueuedRecipient> removed = new ArrayList<>();
        deferred.removeIf(recipient -> which.test(recipient) && removed.add(recipient));
        removed.forEach(recipient -> whereabouts.remove(recipient, Waits.DEFERRED));
        List<QueuedRecipient> let = new ArrayList<>();
        held.removeIf(recipient -> which.test(recipient) && let.add(recipient));
        let.forEach(recipient -> whereabouts.remove(recipient, Waits.HELD));
        removed.addAll(let);
        return removed;
    }

    public void forEachDeferred(Consumer<QueuedRecipient> visitor) {
        deferred.forEach(visitor);
    }

    public void forEachHeld(Consumer<QueuedRecipient> visitor) {
        held.forEach(visitor);
    }

    public int deferred() {
        return deferred.size();
    }

    public int held() {
        return held.size();
    }
}
