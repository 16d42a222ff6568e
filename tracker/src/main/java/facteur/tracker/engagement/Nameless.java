package facteur.tracker.engagement;

import facteur.mail.event.Event;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts hits without names, and tells the sums each second. */
final class Nameless {
    static final Duration SUMMED = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final Map<Kind, Sum> sums = new LinkedHashMap<>();

    private record Kind(MailId message, int link, String target, boolean isMachine) {}

    private record Sum(Instant first, int hits) {}

    void count(MailId message, int link, String target, boolean isMachine, Instant at) {
        sums.merge(
                new Kind(message, link, target, isMachine),
                new Sum(at, 1),
                (known, one) -> new Sum(known.first(), known.hits() + one.hits()));
    }

    /** Adds the sums whose second is over. */
    void over(Instant now, List<Event> events) {
        var oldest = sums.entrySet().iterator();
        while (oldest.hasNext()) {
            var next = oldest.next();
            Instant first = next.getValue().first();
            if (sums.size() <= MOST && Duration.between(first, now).compareTo(SUMMED) < 0) {
                return;
            }
            Kind kind = next.getKey();
            events.add(
                    new ReadershipEvent.Counted(
                            kind.message(),
                            first,
                            kind.link(),
                            kind.target(),
                            kind.isMachine(),
                            next.getValue().hits()));
            oldest.remove();
        }
    }
}
