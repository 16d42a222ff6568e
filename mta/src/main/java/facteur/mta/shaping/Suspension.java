package facteur.mta.shaping;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether a path may send at all.
 *
 * <pre>
 *   Open ---blocked---> Suspended ---its time is over---> Due ---a message is given---> Probing
 *    ^                    ^                                ^                             |  |  |
 *    |                    +---------- refused: doubled ----|-----------------------------+  |  |
 *    |                                                     +--- no answer: once more -------+  |
 *    +------------------------- taken, or the recipient was judged ----------------------------+
 * </pre>
 *
 * <p>A suspension begins short and doubles with each probe that fails, up to the pause that the
 * site publishes. Where an operator ended one, the same refusal is believed only when it comes
 * {@value #AFTER_RELEASE} times with nothing taken between: one equal reply is no new evidence.
 */
final class Suspension {
    static final Duration SHORTEST = Duration.ofSeconds(30);

    /** Where nothing is published and the site's words are unclear. */
    static final Duration UNPUBLISHED = Duration.ofMinutes(10);

    private static final int BEGINS_WITH = 20;
    private static final int AFTER_RELEASE = 3;

    private State state = State.OPEN;
    private Instant until = Instant.EPOCH;
    private Instant changedAt = Instant.EPOCH;
    private Duration length = SHORTEST;
    private Duration longest = UNPUBLISHED;
    private String cause = "";
    private int needed = 1;
    private int blockedInARow;

    private enum State {
        OPEN,
        SUSPENDED,
        PROBING
    }

    boolean isActive() {
        return state != State.OPEN;
    }

    boolean isProbing() {
        return state == State.PROBING;
    }

    /** Whether nothing may be given yet. */
    boolean holds(Instant now) {
        return state == State.SUSPENDED && until.isAfter(now);
    }

    /** When the next probe may be given. */
    Instant until() {
        return until;
    }

    String cause() {
        return cause;
    }

    /** A message was given: while suspended, it is the probe. */
    void gave(Instant now) {
        if (state == State.SUSPENDED && !holds(now)) {
            state = State.PROBING;
            changedAt = now;
        }
    }

    /** The probe's session ended without an answer: there is another one. */
    void unanswered(Instant now) {
        if (state == State.PROBING) {
            state = State.SUSPENDED;
            until = now;
        }
    }

    /**
     * The site works.
     *
     * @return whether that ended a suspension
     */
    boolean worked(Instant given) {
        if (given.isBefore(changedAt)) {
            return false;
        }
        boolean ended = state == State.PROBING;
        if (state != State.SUSPENDED) {
            state = State.OPEN;
            needed = 1;
            blockedInARow = 0;
        }
        return ended;
    }

    /**
     * The site takes nothing.
     *
     * @param atMost the longest that a suspension for this cause becomes
     * @param patience no suspension is longer than this: waiting mail is worth no more
     * @return whether a suspension began or went on
     */
    boolean blocked(Instant given, Duration atMost, String said, Duration patience, Instant now) {
        if (given.isBefore(changedAt) || state == State.SUSPENDED) {
            return false;
        }
        blockedInARow++;
        if (state == State.OPEN && blockedInARow < needed) {
            return false;
        }
        longest = shorter(longer(atMost, SHORTEST), patience);
        Duration first = longer(atMost.dividedBy(BEGINS_WITH), SHORTEST);
        length = shorter(state == State.PROBING ? length.multipliedBy(2) : first, longest);
        state = State.SUSPENDED;
        until = now.plus(length);
        changedAt = now;
        cause = said;
        return true;
    }

    /** Ends it, as an operator orders: what was given before says nothing any more. */
    boolean release(Instant now) {
        boolean held = state != State.OPEN;
        state = State.OPEN;
        until = now;
        changedAt = now;
        needed = AFTER_RELEASE;
        blockedInARow = 0;
        return held;
    }

    /** Goes on from what an earlier run recorded; one whose time is over is still to be probed. */
    void restore(Instant from, Instant end, String said) {
        if (!end.isAfter(from)) {
            state = State.OPEN;
            return;
        }
        state = State.SUSPENDED;
        until = end;
        changedAt = from;
        length = Duration.between(from, end);
        longest = length.multipliedBy(BEGINS_WITH);
        cause = said;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
