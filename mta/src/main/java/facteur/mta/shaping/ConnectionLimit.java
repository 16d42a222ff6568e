package facteur.mta.shaping;

import java.time.Duration;
import java.time.Instant;

/**
 * How many connections a path may have at once.
 *
 * <p>Grows by one for each {@code limit} messages that go well, so that growth is linear in time
 * whatever the limit (1/N feedback, as in Postfix). A site that says "too many" is believed at
 * once: the limit becomes what it bore. Beyond that it is probed again only after a pause, which
 * doubles with each probe that fails: a site of five connections is asked for a sixth every few
 * minutes rather than with every sixth message.
 */
final class ConnectionLimit {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

    private final int most;
    private double limit;
    // What the site bore when it last complained; infinite before.
    private double borne = Double.POSITIVE_INFINITY;
    private Duration pause = FIRST_PAUSE;
    private Instant probe = Instant.EPOCH;

    ConnectionLimit(int start, int most) {
        this.most = most;
        this.limit = Math.clamp(start, 1, most);
    }

    int connections() {
        return (int) limit;
    }

    void succeeded(Instant now) {
        double ceiling = now.isBefore(probe) ? Math.min(borne, most) : most;
        limit = Math.max(limit, Math.min(ceiling, limit + 1 / limit));
    }

    /**
     * @param open connections that the site has of us without the one that it refused
     */
    void tooMany(int open, Instant now) {
        // Several refusals of one moment are one lesson: the pause doubles once.
        if (!now.isBefore(probe)) {
            pause =
                    borne <= open && pause.compareTo(LONGEST_PAUSE) < 0
                            ? pause.multipliedBy(2)
                            : pause;
            probe = now.plus(pause);
        }
        limit = Math.clamp(Math.min(limit, open), 1, most);
        borne = limit;
    }

    /** Everything was refused or lost: begin again, cautiously. */
    void collapsed() {
        limit = Math.max(1, limit / 2);
    }

    /** Goes on where an earlier run stopped. */
    void restore(int connections) {
        limit = Math.clamp(connections, 1, most);
    }
}
