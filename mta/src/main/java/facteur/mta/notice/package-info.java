/**
 * Notices to senders about what became of their mail (RFC 3461, RFC 3464).
 *
 * <p>Decides whether a sender wants to be told of a ruling, and how many notices one sender gets.
 *
 * <p>Reads the message that the notice is about, from the journal.
 *
 * <p>Writes the notice into the journal, as a message of its own beside the event that it was sent,
 * and hands it to the queue.
 *
 * <p>One thread writes notices; the queue only leaves word.
 *
 * <p>Not here: notices that others send to us (facteur.mta.feedback).
 */
@NullMarked
package facteur.mta.notice;

import org.jspecify.annotations.NullMarked;
