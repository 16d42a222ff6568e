package facteur.mta.disposition;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a deferred recipient is next due.
 *
 * @param pauses after the first, second, ... attempt; the last one repeats
 */
public record RetrySchedule(List<Duration> pauses) {
    // Spread, so that what failed together does not come back together.
    private static final double JITTER = 0.2;
    // RFC 6647 3: most servers want some minutes; no need to hurry or to be slow.
    private static final List<Duration> GREYLISTED =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(15));

    public RetrySchedule {
        pauses = List.copyOf(pauses);
        if (pauses.isEmpty()) {
            throw new IllegalArgumentException("a retry schedule without a pause");
        }
    }

    /** The longest pause that is ever made, with its jitter; a server may ask for a day. */
    Duration longest() {
        Duration longest = pauses.stream().max(Duration::compareTo).orElseThrow();
        long jittered = (long) (longest.toMillis() * (1 + JITTER));
        return Duration.ofMillis(Math.max(jittered, RetryHint.MOST.toMillis()));
    }

    /**
     * @param attempts made so far, at least 1
     * @return empty when {@code giveUpAt} has come; never later than that, so that the last attempt
     *     falls on it
     */
    Optional<Instant> nextTry(int attempts, Instant now, Instant giveUpAt, RandomGenerator jitter) {
        return at(now, giveUpAt, jittered(pause(pauses, attempts), jitter));
    }

    /** Greylisting wants a short while, however often we came before; never longer than usual. */
    Optional<Instant> nextTryWhenGreylisted(
            int attempts, Instant now, Instant giveUpAt, RandomGenerator jitter) {
        Duration usual = pause(pauses, attempts);
        Duration shorter = pause(GREYLISTED, attempts);
        Duration pause = usual.compareTo(shorter) < 0 ? usual : shorter;
        // Never early: greylisting restarts its delay for a retry that comes too soon.
        return nextTryAfter(pause, now, giveUpAt, jitter);
    }

    /** What the server asked for, and a little later rather than earlier. */
    Optional<Instant> nextTryAfter(
            Duration asked, Instant now, Instant giveUpAt, RandomGenerator jitter) {
        long later = (long) (asked.toMillis() * JITTER * jitter.nextDouble());
        return at(now, giveUpAt, asked.plusMillis(later));
    }

    private static Optional<Instant> at(Instant now, Instant giveUpAt, Duration pause) {
        if (!now.isBefore(giveUpAt)) {
            return Optional.empty();
        }
        Instant next = now.plus(pause);
        return Optional.of(next.isAfter(giveUpAt) ? giveUpAt : next);
    }

    private static Duration pause(List<Duration> pauses, int attempts) {
        return pauses.get(Math.clamp(attempts - 1, 0, pauses.size() - 1));
    }

    private static Duration jittered(Duration pause, RandomGenerator jitter) {
        double factor = 1 - JITTER + 2 * JITTER * jitter.nextDouble();
        return Duration.ofMillis(Math.max(1, (long) (pause.toMillis() * factor)));
    }
}
