/**
 * What the queue reads from the store, and what it records there before anything follows from it.
 *
 * <p>Decides what is recorded together, and what is done when a record cannot be made.
 *
 * <p>Reads what was pending, held, moved and learnt of paths from the views at the start, and the
 * messages from the journal.
 *
 * <p>Writes delivery and shaping events into the journal.
 *
 * <p>The queue's thread owns the recorder; the store completes on its own threads and posts.
 *
 * <p>Not here: the meaning of replies (facteur.mta.disposition), notices to senders
 * (facteur.mta.notice).
 */
@NullMarked
package facteur.mta.queue.record;

import org.jspecify.annotations.NullMarked;
