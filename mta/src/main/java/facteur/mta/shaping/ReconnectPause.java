package facteur.mta.shaping;

import java.time.Duration;
import java.time.Instant;

/**
 * When a site that could not be reached, or hung up before it had answered anything, is tried
 * again: after seconds at first, twice as long after each try that fails, at once again after one
 * that works.
 */
public final class ReconnectPause {
    static final Duration FIRST = Duration.ofSeconds(2);
    static final Duration LONGEST = Duration.ofMinutes(5);

    private Duration next = FIRST;
    private Instant until = Instant.EPOCH;
    private Instant since = Instant.EPOCH;
    private boolean down;
    private boolean hungUp;

    /**
     * A connection ended before anything was answered, with none beside it. Once, that may be about
     * the message it was given; twice in a row it is about the site.
     */
    public void hungUp(Instant now) {
        if (hungUp) {
            failed(now);
        }
        hungUp = true;
    }

    /** A try failed; several failures of one moment are one. */
    public void failed(Instant now) {
        if (down && now.isBefore(until)) {
            return;
        }
        since = down ? since : now;
        down = true;
        until = now.plus(next);
        Duration twice = next.multipliedBy(2);
        next = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
    }

    /** Nothing was tried, since the hosts are known to be down for {@code time}. */
    public void postponed(Duration time, Instant now) {
        since = down ? since : now;
        down = true;
        until = now.plus(time.compareTo(FIRST) < 0 ? FIRST : time);
    }

    /** The site answered. */
    public void worked() {
        down = false;
        hungUp = false;
        next = FIRST;
        until = Instant.EPOCH;
    }

    public boolean isDown() {
        return down;
    }

    public boolean holds(Instant now) {
        return down && until.isAfter(now);
    }

    public Instant until() {
        return until;
    }

    /** Since when nothing has worked. */
    public Instant since() {
        return since;
    }
}
