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
 * <p>Not here: what the values mean (facteur.message).
 */
@NullMarked
package facteur.message.jackson;

import org.jspecify.annotations.NullMarked;
