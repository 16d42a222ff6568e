/**
 * Reads JSON that vendors' header fields carry.
 *
 * <p>Decides nothing but what is too large or too deep.
 *
 * <p>Reads text handed to it.
 *
 * <p>Writes nothing.
 *
 * <p>One immutable factory, any thread.
 *
 * <p>Not here: what the values mean (facteur.mta.prepare).
 */
@NullMarked
package facteur.mta.prepare.jackson;

import org.jspecify.annotations.NullMarked;
