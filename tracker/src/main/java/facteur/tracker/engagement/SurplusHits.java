package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.token.Token;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts the hits that are not told one by one, and tells the sums: of each recipient and link
 * after a minute, and then twice as late each time, every four hours in the end. So whoever does
 * not stop costs some events a day.
 */
final class SurplusHits {
    static final Duration FIRST = Duration.ofMinutes(1);
    static final Duration LAST = Duration.ofHours(4);

    /** Recipients and links that are counted at a time; hits of more are dropped and counted. */
    static final int MOST = 4_096;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Map<Kind, Sum> sums = new LinkedHashMap<>();
    private Instant nextLook = Instant.MIN;

    private record Kind(Token token, boolean isMachine) {}

    /**
     * @param hits none: nothing has come since it was told
     */
    private record Sum(Instant first, int hits, Duration window) {
        Sum plus(int more, Instant at) {
            return new Sum(hits == 0 ? at : first, hits + more, window);
        }

        boolean isOver(Instant now) {
            return Duration.between(first, now).compareTo(window) >= 0;
        }

        Sum told() {
            Duration twice = window.multipliedBy(2);
            return new Sum(first.plus(window), 0, twice.compareTo(LAST) > 0 ? LAST : twice);
        }
    }

    /** False when there is no room to count them. */
    boolean count(Token token, boolean isMachine, int hits, Instant at) {
        Kind kind = new Kind(token, isMachine);
        Sum known = sums.get(kind);
        if (known == null && sums.size() >= MOST) {
            return false;
        }
        sums.put(kind, known == null ? new Sum(at, hits, FIRST) : known.plus(hits, at));
        return true;
    }

    /** Adds the sums whose time is over; those to which nothing came meanwhile are forgotten. */
    void over(Instant now, List<Event> events) {
        if (now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(LOOK);
        var each = sums.entrySet().iterator();
        while (each.hasNext()) {
            var next = each.next();
            Sum sum = next.getValue();
            if (!sum.isOver(now)) {
                continue;
            }
            if (sum.hits() == 0) {
                each.remove();
            } else {
                event(next.getKey(), sum).ifPresent(events::add);
                next.setValue(sum.told());
            }
        }
    }

    /** Adds every sum, when nothing more will come. */
    void rest(List<Event> events) {
        sums.forEach(
                (kind, sum) -> {
                    if (sum.hits() > 0) {
                        event(kind, sum).ifPresent(events::add);
                    }
                });
        sums.clear();
    }

    private static Optional<EngagementEvent> event(Kind kind, Sum sum) {
        Audience audience = kind.isMachine() ? Audience.MACHINE : Audience.HUMAN;
        return new JudgedHit(new HitVerdict(audience, Set.of(EngagementEvent.SURPLUS)), "")
                .event(kind.token(), sum.first(), sum.hits() - 1);
    }
}
