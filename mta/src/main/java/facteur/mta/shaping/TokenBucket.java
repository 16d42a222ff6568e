package facteur.mta.shaping;

import facteur.config.unit.Rate;

import java.time.Duration;
import java.time.Instant;

/**
 * Spreads events: so many a second on average, and a few at once, so that a site which counts
 * shorter times than we do is not offered a whole second's worth in a moment. Kept as the time at
 * which the bucket would be full again (the generic cell rate algorithm), so that nothing has to be
 * refilled.
 */
final class TokenBucket {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int AT_ONCE = 10;
    // A timer that fires this much late loses no rate.
    private static final long LATE = Duration.ofMillis(50).toNanos();

    private long interval;
    private long tolerance;
    private Instant full = Instant.EPOCH;

    TokenBucket(double perSecond) {
        pace(perSecond);
    }

    private TokenBucket(long interval, long tolerance) {
        this.interval = interval;
        this.tolerance = tolerance;
    }

    /**
     * A tenth of the amount at once after a rest, so that in no time of the rate's length there are
     * more than eleven tenths of it.
     *
     * @param most at once, at least 1
     */
    static TokenBucket bursting(Rate rate, int most) {
        long atOnce = Math.clamp(rate.amount() / 10, 1, most);
        long interval = Math.max(1, rate.interval().toNanos());
        return new TokenBucket(interval, Math.max((atOnce - 1) * interval, LATE));
    }

    /** From now on, so many a second. */
    void pace(double perSecond) {
        interval = Math.max(1, (long) (SECOND / perSecond));
        long ahead = Math.min(SECOND, Math.max(AT_ONCE * interval, LATE));
        tolerance = Math.max(0, ahead - interval);
    }

    /** When the next may happen; not after {@code now} when it may happen at once. */
    Instant next(Instant now) {
        return full.isAfter(now) ? full.minusNanos(tolerance) : now;
    }

    void take(Instant now) {
        full = (full.isAfter(now) ? full : now).plusNanos(interval);
    }
}
