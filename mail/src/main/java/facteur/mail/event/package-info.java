/**
 * Everything that happens, as it is written into the journal. The journal is the hand-over: what
 * one part must tell another it records here, and a restart is reading it again.
 *
 * <p>Decides nothing.
 *
 * <p>Reads nothing.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: their encoding (facteur.store.codec), what they add up to (facteur.store.fold).
 */
@NullMarked
package facteur.mail.event;

import org.jspecify.annotations.NullMarked;
