package facteur.mta.queue.egress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.mail.event.ShapingEvent;
import facteur.mta.shaping.Shaper;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was learnt of paths, for when they are next used: over quiet hours and restarts. */
public final class PathMemory {
    private static final int PATHS = 100_000;

    private final Cache<Key, List<ShapingEvent>> learnt =
            Caffeine.newBuilder().maximumSize(PATHS).executor(Runnable::run).build();

    private record Key(String source, String site) {}

    /**
     * @param event with steady times
     */
    public void learn(ShapingEvent event) {
        List<ShapingEvent> known = new ArrayList<>(of(event.source(), event.site()));
        known.removeIf(earlier -> earlier.getClass().equals(event.getClass()));
        known.add(event);
        learnt.put(new Key(event.source(), event.site()), List.copyOf(known));
    }

    void recall(Shaper shaper, String source, String site, Instant now) {
        of(source, site).forEach(event -> shaper.restore(event, now));
        of("", site).forEach(event -> shaper.restore(event, now));
    }

    private List<ShapingEvent> of(String source, String site) {
        return Optional.ofNullable(learnt.getIfPresent(new Key(source, site))).orElse(List.of());
    }
}
