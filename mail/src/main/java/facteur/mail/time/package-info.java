/**
 * Whether the clock can be believed.
 *
 * <p>Decides, from the time of day and the time that has run, whether the clock was set, and
 * whether what is old by it may be let go.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Values are immutable; the watcher keeps the latest.
 *
 * <p>Not here: what is let go (facteur.store), when mail is due (facteur.mta.queue).
 */
@NullMarked
package facteur.mail.time;

import org.jspecify.annotations.NullMarked;
