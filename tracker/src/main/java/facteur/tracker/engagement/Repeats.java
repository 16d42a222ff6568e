package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.token.Token;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds equal hits (same token, source and agent) that come within a minute of the first. The first
 * is recorded at once; what it was followed by is told when the minute is over, in one event with a
 * count. That event bears the time of the first, so that whatever revises the one revises the
 * other. Sources are kept in memory for that minute, and never written.
 */
final class Repeats {
    static final Duration WITHIN = Duration.ofSeconds(60);

    /** The reason that tells such an event from the first. */
    static final String REASON = "repeat";

    private static final int MOST = 100_000;

    // In the order of the first hits.
    private final Map<Same, Followed> recent = new LinkedHashMap<>();

    private record Same(Token token, InetAddress client, String agent) {
        static Same of(Hit hit) {
            return new Same(hit.token(), hit.client(), hit.agent());
        }
    }

    private static final class Followed {
        final Instant first;
        @Nullable EngagementEvent event;
        int hits;

        Followed(Instant first) {
            this.first = first;
        }
    }

    /** Counts a repeated hit; false when it is the first, those that are {@link #over} aside. */
    boolean repeats(Hit hit) {
        Same same = Same.of(hit);
        Followed known = recent.get(same);
        if (known == null) {
            recent.put(same, new Followed(hit.at()));
            return false;
        }
        known.hits++;
        return true;
    }

    /** Remembers as what a first hit was recorded. */
    void recorded(Hit hit, EngagementEvent event) {
        Followed known = recent.get(Same.of(hit));
        if (known != null) {
            known.event = event;
        }
    }

    /** What followed the hits whose minute is over. */
    List<Event> over(Instant now) {
        List<Event> over = new ArrayList<>();
        var oldest = recent.values().iterator();
        while (oldest.hasNext()) {
            Followed next = oldest.next();
            if (recent.size() <= MOST && Duration.between(next.first, now).compareTo(WITHIN) < 0) {
                return over;
            }
            oldest.remove();
            EngagementEvent event = next.event;
            if (event != null && next.hits > 0) {
                over.add(times(event, next.hits));
            }
        }
        return over;
    }

    private static Event times(EngagementEvent event, int hits) {
        return switch (event) {
            case EngagementEvent.Opened e ->
                    new EngagementEvent.Opened(
                            e.recipient(),
                            e.at(),
                            e.audience(),
                            with(e.reasons()),
                            e.agent(),
                            hits - 1);
            case EngagementEvent.Clicked e ->
                    new EngagementEvent.Clicked(
                            e.recipient(),
                            e.at(),
                            e.audience(),
                            with(e.reasons()),
                            e.agent(),
                            hits - 1,
                            e.link(),
                            e.target());
            case EngagementEvent.Revised _,
                    EngagementEvent.Seen _,
                    EngagementEvent.TrackingDeclined _,
                    EngagementEvent.Unsubscribed _ ->
                    event;
        };
    }

    private static Set<String> with(Set<String> reasons) {
        Set<String> more = new HashSet<>(reasons);
        more.add(REASON);
        return more;
    }
}
