package facteur.mail.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Compares the clock, which people and programs set, with the monotonic clock, which cannot be set.
 *
 * @param wall what the clock showed
 * @param nanos what the monotonic clock showed at the same moment
 */
public record ClockStep(Instant wall, long nanos) {
    /** A clock that is disciplined (NTP) is slewed by half a second in a thousand at most. */
    public static final Duration TOLERATED = Duration.ofSeconds(5);

    /**
     * By how much the clock was set since then, forwards or backwards; zero while both clocks agree
     * but for {@link #TOLERATED}. A machine that was suspended seems to have been set forwards.
     */
    public Duration until(Instant wallNow, long nanosNow) {
        Duration ran = Duration.ofNanos(nanosNow - nanos);
        Duration step = Duration.between(wall, wallNow).minus(ran);
        return step.abs().compareTo(TOLERATED) <= 0 ? Duration.ZERO : step;
    }
}
