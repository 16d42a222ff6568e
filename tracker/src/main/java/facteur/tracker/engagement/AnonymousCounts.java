package facteur.tracker.engagement;

import facteur.mail.event.Event;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts hits without names, and tells the sums each second; where hits do not end, less and less
 * often, down to once a minute, so that they cannot fill the journal.
 */
final class AnonymousCounts {
    static final Duration SUMMED = Duration.ofSeconds(1);

    /** However long hits go on, a sum is told after this. */
    static final Duration AT_LAST = Duration.ofMinutes(1);

    /** Sums that are told at one pace before the next, which is half as fast. */
    static final int AT_A_PACE = 30;

    private static final int MOST = 10_000;
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Map<Kind, Sum> sums = new LinkedHashMap<>();
    private Instant nextLook = Instant.MIN;

    private record Kind(MailId message, int link, String target, boolean isMachine) {}

    /**
     * @param first of the hits, or when the last ones were told
     * @param hits none: nothing has come since it was told
     * @param told how often it was
     */
    private record Sum(Instant first, int hits, int told) {
        Sum andOne(Instant at) {
            return new Sum(hits == 0 ? at : first, hits + 1, told);
        }

        boolean isOver(Instant now) {
            return Duration.between(first, now).compareTo(window()) >= 0;
        }

        private Duration window() {
            Duration slower = SUMMED.multipliedBy(1L << Math.min(told / AT_A_PACE, 6));
            return slower.compareTo(AT_LAST) > 0 ? AT_LAST : slower;
        }
    }

    void count(MailId message, int link, String target, boolean isMachine, Instant at) {
        sums.merge(
                new Kind(message, link, target, isMachine),
                new Sum(at, 1, 0),
                (known, _) -> known.andOne(at));
    }

    /** Adds the sums whose time is over; those to which nothing came meanwhile are forgotten. */
    void over(Instant now, List<Event> events) {
        if (now.isBefore(nextLook) && sums.size() <= MOST) {
            return;
        }
        nextLook = now.plus(LOOK);
        var each = sums.entrySet().iterator();
        while (each.hasNext()) {
            var next = each.next();
            Sum sum = next.getValue();
            boolean isCrowded = sums.size() > MOST;
            if (!isCrowded && !sum.isOver(now)) {
                continue;
            }
            if (sum.hits() > 0) {
                events.add(counted(next.getKey(), sum));
            }
            if (isCrowded || sum.hits() == 0) {
                each.remove();
            } else {
                next.setValue(new Sum(now, 0, sum.told() + 1));
            }
        }
    }

    private static ReadershipEvent.Counted counted(Kind kind, Sum sum) {
        return new ReadershipEvent.Counted(
                kind.message(),
                sum.first(),
                kind.link(),
                kind.target(),
                kind.isMachine(),
                sum.hits());
    }
}
