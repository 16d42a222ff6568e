package facteur.store;

import java.time.Duration;

/**
 * How long what is over is kept. Mail that is owed is kept regardless, by construction: a segment
 * is let go only when nothing in it is owed.
 *
 * @param bodies message octets, after acceptance
 * @param bodiesOctets octets of the journal beyond which the oldest bodies go early
 * @param timelines single attempts and hits
 * @param history where each message ended; the sums stay for ever
 */
public record Retention(Duration bodies, long bodiesOctets, Duration timelines, Duration history) {
    /** Keeps everything. */
    public static final Retention FOREVER =
            new Retention(
                    Duration.ofDays(36_500),
                    Long.MAX_VALUE,
                    Duration.ofDays(36_500),
                    Duration.ofDays(36_500));

    /** The same while it is not known what is old. */
    Retention bySizeAlone() {
        return new Retention(FOREVER.bodies, bodiesOctets, FOREVER.timelines, FOREVER.history);
    }

    public Retention {
        if (bodies.isNegative() || bodiesOctets < 0 || history.compareTo(timelines) < 0) {
            throw new IllegalArgumentException(
                    "history is kept for at least as long as timelines: " + timelines);
        }
    }
}
