package facteur.mta.queue.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What waits of one site, or of a domain whose site is not known, for its time or for an operator:
 * counted as it comes and goes, so that telling it costs nothing however much it is. Changed by
 * {@link DeferredQueue} alone.
 */
public final class Backlog {
    static final Comparator<Backlog> BY_DUE =
            Comparator.comparingLong(Backlog::dueMillis).thenComparing(Backlog::name);

    static final Comparator<Backlog> BY_SIZE =
            Comparator.comparingLong(Backlog::size).reversed().thenComparing(Backlog::name);

    private final String name;
    private final TreeSet<OfDomain> byDue =
            new TreeSet<>(
                    Comparator.comparingLong(OfDomain::dueMillis).thenComparing(one -> one.domain));
    private final Set<OfDomain> holding = new LinkedHashSet<>();
    private long deferred;
    private long held;

    Backlog(String name) {
        this.name = name;
    }

    /** The part of one domain, whose site may change. */
    static final class OfDomain {
        final String domain;
        final PriorityQueue<QueuedRecipient> deferred =
                new PriorityQueue<>(1, Comparator.comparingLong(QueuedRecipient::dueMillis));
        List<QueuedRecipient> held = new ArrayList<>(0);

        OfDomain(String domain) {
            this.domain = domain;
        }

        long dueMillis() {
            QueuedRecipient first = deferred.peek();
            return first == null ? Long.MAX_VALUE : first.dueMillis();
        }

        boolean isEmpty() {
            return deferred.isEmpty() && held.isEmpty();
        }

        /** Takes out what matches. */
        void remove(
                Predicate<QueuedRecipient> which,
                List<QueuedRecipient> fromDeferred,
                List<QueuedRecipient> fromHeld) {
            deferred.removeIf(each -> which.test(each) && fromDeferred.add(each));
            held.removeIf(each -> which.test(each) && fromHeld.add(each));
        }
    }

    void add(OfDomain part) {
        byDue.add(part);
        deferred += part.deferred.size();
        held += part.held.size();
        if (!part.held.isEmpty()) {
            holding.add(part);
        }
    }

    /** Before it changes. */
    void remove(OfDomain part) {
        byDue.remove(part);
        deferred -= part.deferred.size();
        held -= part.held.size();
        holding.remove(part);
    }

    boolean isEmpty() {
        return byDue.isEmpty();
    }

    Optional<OfDomain> firstDue() {
        return isEmpty() ? Optional.empty() : Optional.of(byDue.first());
    }

    private long dueMillis() {
        return isEmpty() ? Long.MAX_VALUE : byDue.first().dueMillis();
    }

    /** The site, or the domain. */
    public String name() {
        return name;
    }

    /** Recipients that wait for their time. */
    public long deferred() {
        return deferred;
    }

    /** Recipients that wait for an operator. */
    public long held() {
        return held;
    }

    public long size() {
        return deferred + held;
    }

    /** The one whose time comes next. */
    public Optional<QueuedRecipient> nextDue() {
        return firstDue().map(part -> part.deferred.peek());
    }

    /** One that waits for an operator. */
    public Optional<QueuedRecipient> anyHeld() {
        return holding.stream().findFirst().map(part -> part.held.getFirst());
    }
}
