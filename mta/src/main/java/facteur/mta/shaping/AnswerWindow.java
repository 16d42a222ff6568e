package facteur.mta.shaping;

import java.time.Duration;
import java.time.Instant;

/**
 * The answers that count as evidence of what a path accepts: those to messages given since the path
 * last changed its pace.
 */
final class AnswerWindow {
    /** Unclear answers are believed when they are {@link #MANY} of so many. */
    static final int LATEST = 20;

    static final int MANY = 10;
    // A shorter time says nothing of a rate: many servers let a second's worth pass at once.
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private Instant since = Instant.EPOCH;
    private Instant begun = Instant.EPOCH;
    private int taken;
    private int unclear;
    private int tooFast;
    private boolean busy = true;
    // The latest answers, one bit each: set where the answer was a refusal.
    private int latest;
    private int latestCount;

    /** Begins anew: answers to what was given before {@code now} do not count any more. */
    void restart(Instant now) {
        since = now;
        next(now);
        latest = 0;
        latestCount = 0;
    }

    /** Begins to count anew, and remembers the latest answers. */
    void next(Instant now) {
        begun = now;
        taken = 0;
        unclear = 0;
        tooFast = 0;
        busy = true;
    }

    /** Whether an answer to a message given at {@code given} is evidence. */
    boolean admits(Instant given) {
        return !given.isBefore(since);
    }

    /**
     * @param backlog whether more mail waits for the path: only then a rate says what the site
     *     bears
     */
    void taken(boolean backlog, Instant now) {
        begin(now);
        taken++;
        busy &= backlog;
        remember(false);
    }

    void unclear(Instant now) {
        begin(now);
        unclear++;
        remember(true);
    }

    void tooFast(Instant now) {
        begin(now);
        tooFast++;
        remember(true);
    }

    private void begin(Instant now) {
        if (answers() == 0) {
            begun = now;
        }
    }

    private void remember(boolean refused) {
        latest = (latest << 1 | (refused ? 1 : 0)) & ((1 << LATEST) - 1);
        latestCount = Math.min(LATEST, latestCount + 1);
    }

    int answers() {
        return taken + refused();
    }

    int refused() {
        return unclear + tooFast;
    }

    int taken() {
        return taken;
    }

    int unclear() {
        return unclear;
    }

    /** Refusals that name the rate. */
    int tooFast() {
        return tooFast;
    }

    double refusedShare() {
        return answers() == 0 ? 0 : (double) refused() / answers();
    }

    boolean isMost() {
        return Integer.bitCount(latest) >= MANY;
    }

    /** Refusals among the latest answers, as a share. */
    double latestShare() {
        return latestCount == 0 ? 0 : (double) Integer.bitCount(latest) / latestCount;
    }

    /** Whether all of the latest answers were refusals, and these are many. */
    boolean isAllRefused() {
        return latestCount >= MANY && Integer.bitCount(latest) == latestCount;
    }

    Duration age(Instant now) {
        return Duration.between(begun, now);
    }

    /** Messages a second that the site took while more of them waited; 0 when that is not known. */
    double borne(Instant now) {
        Duration time = age(now).compareTo(SHORTEST) < 0 ? SHORTEST : age(now);
        return busy && taken >= MANY / 2 ? taken / (time.toMillis() / 1e3) : 0;
    }
}
