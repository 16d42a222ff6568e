/**
 * Hits on their way into the journal.
 *
 * <p>Decides how many may wait, and what is dropped when more come.
 *
 * <p>Reads hits from the event loops.
 *
 * <p>Writes engagement events.
 *
 * <p>Owns the thread {@code hits}.
 *
 * <p>Not here: the verdict (facteur.tracker.engagement).
 */
@NullMarked
package facteur.tracker.recording;

import org.jspecify.annotations.NullMarked;
