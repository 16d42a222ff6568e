package facteur.mta.shaping;

import java.time.Duration;
import java.time.Instant;

/** Messages a second over the last half minute or so, decaying. */
final class Throughput {
    private static final double WINDOW_SECONDS = 30;

    private double weight;
    private Instant at = Instant.EPOCH;

    void count(Instant now) {
        weight = decayed(now) + 1;
        at = now;
    }

    double perSecond(Instant now) {
        return decayed(now) / WINDOW_SECONDS;
    }

    private double decayed(Instant now) {
        double seconds = Math.max(0, Duration.between(at, now).toMillis() / 1e3);
        return weight * Math.exp(-seconds / WINDOW_SECONDS);
    }
}
