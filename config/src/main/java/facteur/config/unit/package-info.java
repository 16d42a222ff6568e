/**
 * The small values that settings are made of: sizes, times, rates, endpoints and networks, each
 * with the one spelling it is written in.
 *
 * <p>Decides how a quantity with its unit is read and shown.
 *
 * <p>Reads text.
 *
 * <p>Writes text.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: which settings there are (facteur.config), where they stand in a file
 * (facteur.config.read).
 */
@NullMarked
package facteur.config.unit;

import org.jspecify.annotations.NullMarked;
