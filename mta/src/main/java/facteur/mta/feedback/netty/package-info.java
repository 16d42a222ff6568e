/**
 * The listener for returned mail on Netty. It knows bytes and timers, not SMTP.
 *
 * <p>Decides when to read on, how much of a mail is kept, and when a client has been silent for too
 * long.
 *
 * <p>Reads and writes connections.
 *
 * <p>Writes nothing else.
 *
 * <p>A connection lives on one event loop; a mail that is complete is taken in on a virtual thread.
 *
 * <p>Not here: what a line means and what a mail means (facteur.mta.feedback).
 */
@NullMarked
package facteur.mta.feedback.netty;

import org.jspecify.annotations.NullMarked;
