/**
 * What an operator decides: one immutable tree of settings for a whole server.
 *
 * <p>Decides every default, in one place each, with its unit and its reason.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread. A reload builds a new tree.
 *
 * <p>Not here: reading a file (facteur.config.read), shaping presets and bounce rules, which are
 * data files read by those who apply them.
 */
@NullMarked
package facteur.config;

import org.jspecify.annotations.NullMarked;
