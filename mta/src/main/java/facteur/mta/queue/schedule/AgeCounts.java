package facteur.mta.queue.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many recipients were accepted when, to a few seconds: the oldest of millions is known without
 * looking for it.
 */
final class AgeCounts {
    static final Duration STEP = Duration.ofSeconds(10);

    private final TreeMap<Long, Integer> counts = new TreeMap<>();

    void add(QueuedRecipient recipient) {
        counts.merge(step(recipient), 1, Integer::sum);
    }

    /** One that was added. */
    void remove(QueuedRecipient recipient) {
        counts.computeIfPresent(step(recipient), (_, count) -> count == 1 ? null : count - 1);
    }

    private static long step(QueuedRecipient recipient) {
        return Math.floorDiv(recipient.acceptedMillis(), STEP.toMillis());
    }

    /** When the oldest was accepted, or up to {@link #STEP} before. */
    Optional<Instant> oldest() {
        return Optional.ofNullable(counts.firstEntry())
                .map(Map.Entry::getKey)
                .map(step -> Instant.ofEpochMilli(step * STEP.toMillis()));
    }
}
