/**
 * Where mail leaves from.
 *
 * <p>Decides which sources may carry a message, and which of them does, by weight.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: which source rests at which site (facteur.mta.shaping), and what is sent over it
 * (facteur.mta.queue).
 */
@NullMarked
package facteur.mta.egress;

import org.jspecify.annotations.NullMarked;
