package facteur.mta.queue.owner;

import java.time.Duration;
import java.time.Instant;

/**
 * The one thread to which all of the queue's state belongs, with its clock.
 *
 * <p>Its time is steady: it begins as the wall clock's and does not follow when that one is set, so
 * that a wrong clock makes no recipient due, late or forgotten. What is recorded and shown is wall
 * time.
 */
public interface Owner {
    /** Steady time. */
    Instant now();

    /** How far the wall clock is ahead of steady time; negative where it was set back. */
    Duration wallAhead();

    /** Runs a task on the thread, behind those posted before. */
    void post(Runnable task);

    /** Runs a task on the thread, not before {@code time}; called on the thread itself. */
    void at(Instant time, Runnable task);

    /** Runs {@code last} at the end of each turn, once whatever the turn was about is done. */
    void atTurnEnd(Runnable last);

    /** The wall clock's time at a steady one. */
    default Instant wall(Instant steady) {
        return steady.plus(wallAhead());
    }

    /** Steady time at one of the wall clock. */
    default Instant steady(Instant wall) {
        return wall.minus(wallAhead());
    }
}
