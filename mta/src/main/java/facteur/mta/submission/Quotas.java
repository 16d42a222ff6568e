package facteur.mta.submission;

import facteur.config.unit.Rate;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much each credential has handed in of late, against its rates. Each rate is a leaky bucket
 * (the generic cell rate algorithm): as many at once as it allows in its period, then as they leak
 * out. Kept in memory: after a restart every bucket is empty.
 */
public final class Quotas {
    private final Map<Key, Long> fullUntilNanos = new HashMap<>();

    /** What is counted. */
    public enum Kind {
        MESSAGES,
        RECIPIENTS
    }

    // Users are those of the credentials, so that there are no more keys than settings ask for.
    private record Key(String user, Kind kind, Rate rate) {}

    /**
     * Takes one, if every rate allows it.
     *
     * @param nowNanos of the monotonic clock
     * @return empty when it was taken, else how long the client had better wait
     */
    public synchronized Optional<Duration> take(Credential credential, Kind kind, long nowNanos) {
        List<Rate> rates =
                switch (kind) {
                    case MESSAGES -> credential.limits().messages();
                    case RECIPIENTS -> credential.limits().recipients();
                };
        long longest = 0;
        for (Rate rate : rates) {
            longest = Math.max(longest, wait(new Key(credential.user(), kind, rate), nowNanos));
        }
        if (longest > 0) {
            return Optional.of(Duration.ofNanos(longest));
        }
        for (Rate rate : rates) {
            fullUntilNanos.merge(
                    new Key(credential.user(), kind, rate),
                    nowNanos + rate.interval().toNanos(),
                    (until, first) -> Math.max(until, nowNanos) + rate.interval().toNanos());
        }
        return Optional.empty();
    }

    private long wait(Key key, long nowNanos) {
        Long until = fullUntilNanos.get(key);
        return until == null
                ? 0
                : until + key.rate().interval().toNanos() - nowNanos - key.rate().per().toNanos();
    }
}
