package facteur.mta.queue.schedule;

import facteur.mta.queue.schedule.Whereabouts.Waits;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Who is owed a delivery and waits for nothing that the queue could give: for its time, or for an
 * operator. Kept by domain, and counted by site.
 */
public final class DeferredQueue {
    private final Map<String, Place> domains = new HashMap<>();
    private final Map<String, Backlog> sites = new HashMap<>();
    private final TreeSet<Backlog> byDue = new TreeSet<>(Backlog.BY_DUE);
    private final TreeSet<Backlog> bySize = new TreeSet<>(Backlog.BY_SIZE);
    private final Whereabouts whereabouts;
    private final UnaryOperator<String> siteOf;
    private int deferred;
    private int held;

    /** The recipients of a domain, and the site that they are counted with. */
    private record Place(Backlog.OfDomain part, Backlog site) {}

    /**
     * @param siteOf the site of a domain; empty where it is not known
     */
    public DeferredQueue(Whereabouts whereabouts, UnaryOperator<String> siteOf) {
        this.whereabouts = whereabouts;
        this.siteOf = siteOf;
    }

    public void defer(QueuedRecipient recipient) {
        change(recipient.key().domain(), part -> part.deferred.add(recipient));
        whereabouts.put(recipient, Waits.DEFERRED);
    }

    /** Holds a recipient back until an order is taken back. */
    public void hold(QueuedRecipient recipient) {
        change(recipient.key().domain(), part -> part.held.add(recipient));
        whereabouts.put(recipient, Waits.HELD);
    }

    /** The next one whose time has come. */
    public Optional<QueuedRecipient> due(Instant now) {
        Optional<QueuedRecipient> first =
                first().filter(next -> next.dueMillis() <= now.toEpochMilli());
        first.ifPresent(
                next -> {
                    change(next.key().domain(), part -> part.deferred.remove());
                    whereabouts.remove(next, Waits.DEFERRED);
                });
        return first;
    }

    public Optional<Instant> nextDue() {
        return first().map(QueuedRecipient::due);
    }

    private Optional<QueuedRecipient> first() {
        return byDue.isEmpty() ? Optional.empty() : byDue.first().nextDue();
    }

    /** All that are held back; they are held again if the orders that stand say so. */
    public List<QueuedRecipient> takeHeld() {
        List<QueuedRecipient> all = new ArrayList<>(held);
        List<String> holding =
                domains.values().stream()
                        .map(Place::part)
                        .filter(part -> !part.held.isEmpty())
                        .map(part -> part.domain)
                        .toList();
        holding.forEach(
                domain ->
                        change(
                                domain,
                                part -> {
                                    all.addAll(part.held);
                                    part.held = new ArrayList<>(0);
                                }));
        all.forEach(recipient -> whereabouts.remove(recipient, Waits.HELD));
        return all;
    }

    /** Takes out what matches. */
    public List<QueuedRecipient> remove(Predicate<QueuedRecipient> which) {
        List<QueuedRecipient> fromDeferred = new ArrayList<>();
        List<QueuedRecipient> fromHeld = new ArrayList<>();
        for (String domain : List.copyOf(domains.keySet())) {
            change(domain, part -> part.remove(which, fromDeferred, fromHeld));
        }
        fromDeferred.forEach(recipient -> whereabouts.remove(recipient, Waits.DEFERRED));
        fromHeld.forEach(recipient -> whereabouts.remove(recipient, Waits.HELD));
        fromDeferred.addAll(fromHeld);
        return fromDeferred;
    }

    /** Changes what waits of a domain; it is counted with the site that the domain has by now. */
    private void change(String domain, Consumer<Backlog.OfDomain> change) {
        Place before = domains.get(domain);
        Backlog.OfDomain part = before == null ? new Backlog.OfDomain(domain) : before.part();
        if (before != null) {
            count(before.site(), part, -1);
        }
        change.accept(part);
        if (part.isEmpty()) {
            domains.remove(domain);
            return;
        }
        String known = siteOf.apply(domain);
        String name = known.isEmpty() ? domain : known;
        Backlog site =
                before != null && before.site().name().equals(name)
                        ? before.site()
                        : sites.computeIfAbsent(name, Backlog::new);
        count(site, part, 1);
        domains.put(domain, new Place(part, site));
    }

    /** Both orders depend on what is counted, so a site is in neither while it changes. */
    private void count(Backlog site, Backlog.OfDomain part, int sign) {
        byDue.remove(site);
        bySize.remove(site);
        deferred += sign * part.deferred.size();
        held += sign * part.held.size();
        if (sign > 0) {
            site.add(part);
        } else {
            site.remove(part);
        }
        if (site.isEmpty()) {
            sites.remove(site.name());
        } else {
            sites.put(site.name(), site);
            byDue.add(site);
            bySize.add(site);
        }
    }

    /** What waits of a site. */
    public Optional<Backlog> of(String site) {
        return Optional.ofNullable(sites.get(site));
    }

    /** Those of which most waits first; looked at as far as it is asked for. */
    public Stream<Backlog> largest() {
        return bySize.stream();
    }

    /** Sites, and domains whose site is not known, for which somebody waits. */
    public int backlogs() {
        return sites.size();
    }

    public int deferred() {
        return deferred;
    }

    public int held() {
        return held;
    }
}
