/**
 * The one thread to which the queue's state belongs.
 *
 * <p>Runs what is posted to it, turn by turn, and timers on a steady clock.
 *
 * <p>Reads the wall clock, to say how far it is from the steady one.
 *
 * <p>Writes nothing.
 *
 * <p>Everything of facteur.mta.queue that changes is touched on this thread alone.
 *
 * <p>Not here: what is done in a turn (facteur.mta.queue).
 */
@NullMarked
package facteur.mta.queue.owner;

import org.jspecify.annotations.NullMarked;
