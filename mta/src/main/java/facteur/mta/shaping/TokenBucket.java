package facteur.mta.shaping;

import facteur.config.unit.Rate;

import java.time.Duration;
import java.time.Instant;

/**
 * Spreads events: so many a while on average, and at most a second's worth at once. Kept as the
 * time at which the bucket would be full again (the generic cell rate algorithm), so that nothing
 * has to be refilled.
 */
final class TokenBucket {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private long interval;
    private long tolerance;
    private Instant full = Instant.EPOCH;

    TokenBucket(Rate rate) {
        pace(rate.perSecond());
    }

    /** From now on, so many a second. */
    void pace(double perSecond) {
        interval = Math.max(1, (long) (SECOND / perSecond));
        tolerance = Math.max(0, SECOND - interval);
    }

    /** When the next may happen; not after {@code now} when it may happen at once. */
    Instant next(Instant now) {
        return full.isAfter(now) ? full.minusNanos(tolerance) : now;
    }

    void take(Instant now) {
        full = (full.isAfter(now) ? full : now).plusNanos(interval);
    }
}
