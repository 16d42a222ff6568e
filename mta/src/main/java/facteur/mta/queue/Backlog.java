package facteur.mta.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who is owed a delivery and waits for nothing that the queue could give: for his time, or for an
 * operator.
 */
final class Backlog {
    private final PriorityQueue<Pending> deferred =
            new PriorityQueue<>(Comparator.comparingLong(Pending::dueMillis));
    private List<Pending> parked = new ArrayList<>();

    void defer(Pending pending) {
        deferred.add(pending);
    }

    /** Holds somebody back until an order is taken back. */
    void park(Pending pending) {
        parked.add(pending);
    }

    /** The next one whose time has come. */
    Optional<Pending> due(Instant now) {
        Pending first = deferred.peek();
        return first == null || first.dueMillis() > now.toEpochMilli()
                ? Optional.empty()
                : Optional.of(deferred.remove());
    }

    Optional<Instant> nextDue() {
        return Optional.ofNullable(deferred.peek()).map(Pending::due);
    }

    /** Everybody who is held back; they are parked again if the orders that stand say so. */
    List<Pending> unpark() {
        List<Pending> all = parked;
        parked = new ArrayList<>();
        return all;
    }

    /** Takes out whoever matches. */
    List<Pending> remove(Predicate<Pending> which) {
        List<Pending> removed = new ArrayList<>();
        deferred.removeIf(pending -> which.test(pending) && removed.add(pending));
        parked.removeIf(pending -> which.test(pending) && removed.add(pending));
        return removed;
    }

    void forEachDeferred(Consumer<Pending> visitor) {
        deferred.forEach(visitor);
    }

    void forEachParked(Consumer<Pending> visitor) {
        parked.forEach(visitor);
    }

    int deferred() {
        return deferred.size();
    }

    int parked() {
        return parked.size();
    }
}
