/**
 * Who is still owed a delivery, and when it is next due.
 *
 * <p>Decides whose turn it is, how many connections a site gets, and what follows from a ruling.
 *
 * <p>Reads what is pending from the views at the start, and the messages from the journal.
 *
 * <p>Writes delivery events into the journal, before anything acts on them.
 *
 * <p>One thread owns all of it; others post to its mailbox. Copies are made on a small pool.
 *
 * <p>Not here: the talk with hosts (facteur.mta.delivery), the meaning of replies
 * (facteur.mta.disposition).
 */
@NullMarked
package facteur.mta.queue;

import org.jspecify.annotations.NullMarked;
