/**
 * Who is still owed a delivery, and when it is next due.
 *
 * <p>Decides whose turn it is, from which source it is sent to, and what follows from a ruling.
 *
 * <p>Reads what is pending, held, moved and learnt of paths from the views at the start, and the
 * messages from the journal.
 *
 * <p>Writes delivery and shaping events into the journal, before anything acts on them.
 *
 * <p>One thread owns all of it; others post to its mailbox. Copies are made on a small pool.
 *
 * <p>Not here: how much a path may send (facteur.mta.shaping), the talk with hosts
 * (facteur.mta.delivery), the meaning of replies (facteur.mta.disposition), notices to senders
 * (facteur.mta.notice).
 */
@NullMarked
package facteur.mta.queue;

import org.jspecify.annotations.NullMarked;
