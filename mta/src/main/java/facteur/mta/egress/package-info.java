/**
 * Where mail leaves from.
 *
 * <p>Decides nothing yet but what a source is.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: which source is used when (facteur.mta.queue).
 */
@NullMarked
package facteur.mta.egress;

import org.jspecify.annotations.NullMarked;
