/**
 * Who is owed a delivery, in the order in which they have their turns.
 *
 * <p>Decides whose turn it is among those who wait for one path, and who of the deferred is due.
 *
 * <p>Reads the orders of operators.
 *
 * <p>Writes nothing.
 *
 * <p>The queue's thread owns every structure here; recipients and keys are values.
 *
 * <p>Not here: when a path may send (facteur.mta.queue.egress), what an answer means
 * (facteur.mta.disposition).
 */
@NullMarked
package facteur.mta.queue.schedule;

import org.jspecify.annotations.NullMarked;
