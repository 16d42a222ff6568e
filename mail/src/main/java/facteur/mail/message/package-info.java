/**
 * A message as it is handed over: its id, its envelope, its bytes, and what its header said about
 * campaign and tracking.
 *
 * <p>Decides how ids are made and read.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: what became of it (facteur.mail.event), how it is changed on the way out
 * (facteur.message).
 */
@NullMarked
package facteur.mail.message;

import org.jspecify.annotations.NullMarked;
