/**
 * Message bytes and events on disk, in order.
 *
 * <p>Decides where a record goes, when it is durable, and which bytes found after a crash are
 * records.
 *
 * <p>Reads and writes the segment files of the {@code journal} directory.
 *
 * <p>One platform thread writes and syncs; any thread appends and reads.
 *
 * <p>{@link facteur.store.journal.Journal} is a seam: the same records must be able to run over a
 * replicated log.
 *
 * <p>Not here: how events look as bytes (facteur.store.codec), what they add up to
 * (facteur.store.fold).
 */
@NullMarked
package facteur.store.journal;

import org.jspecify.annotations.NullMarked;
