package facteur.mail.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether what is old by the clock may be let go. A clock that is years ahead for a minute makes
 * everything old, so a clock that jumped, or that at a start is far from the newest event, is
 * doubted until it has agreed with the monotonic clock for a day, or an operator accepts it.
 *
 * @param last both clocks when they were compared last
 * @param doubt why the clock is doubted; empty while it is believed
 * @param agreedNanos for how long both clocks have agreed since the doubt began
 */
public record ClockTrust(ClockStep last, Optional<Doubt> doubt, long agreedNanos) {
    /** A step, or a gap, of more than this is doubted. */
    public static final Duration SUSPICIOUS = Duration.ofDays(1);

    /** Both clocks have to agree for so long. */
    public static final Duration AGREED = Duration.ofHours(24);

    /**
     * Why the clock is doubted.
     *
     * @param since by the clock as it was then
     * @param step by how much it jumped, or is away from the newest event
     * @param atStart whether that was found at a start
     */
    public record Doubt(Instant since, Duration step, boolean atStart) {}

    /**
     * At a start.
     *
     * @param newest when the newest event was recorded; empty where there is none
     * @param accepted up to which time an operator accepted the clock; empty when none did
     */
    public static ClockTrust begin(
            Instant wall, long nanos, Optional<Instant> newest, Optional<Instant> accepted) {
        ClockStep now = new ClockStep(wall, nanos);
        Optional<Duration> gap =
                newest.map(event -> Duration.between(event, wall))
                        .filter(away -> away.abs().compareTo(SUSPICIOUS) > 0);
        boolean isAccepted = accepted.filter(at -> isNear(at, wall)).isPresent();
        return gap.isEmpty() || isAccepted
                ? new ClockTrust(now, Optional.empty(), 0)
                : new ClockTrust(now, Optional.of(new Doubt(wall, gap.get(), true)), 0);
    }

    private static boolean isNear(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(SUSPICIOUS) <= 0;
    }

    /** Some time later. */
    public ClockTrust at(Instant wall, long nanos) {
        ClockStep now = new ClockStep(wall, nanos);
        Duration step = last.until(wall, nanos);
        if (step.abs().compareTo(SUSPICIOUS) > 0) {
            return new ClockTrust(now, Optional.of(new Doubt(wall, step, false)), 0);
        }
        if (doubt.isEmpty()) {
            return new ClockTrust(now, doubt, 0);
        }
        // A smaller step begins the day anew: the clock is still being set.
        long agreed = step.isZero() ? agreedNanos + nanos - last.nanos() : 0;
        return agreed >= AGREED.toNanos()
                ? new ClockTrust(now, Optional.empty(), 0)
                : new ClockTrust(now, doubt, agreed);
    }

    /** An operator has checked the clock and accepts it. */
    public ClockTrust accepted() {
        return new ClockTrust(last, Optional.empty(), 0);
    }

    public boolean isDoubted() {
        return doubt.isPresent();
    }
}
