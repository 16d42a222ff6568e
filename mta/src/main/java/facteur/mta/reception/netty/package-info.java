/**
 * Submission listeners on Netty. It knows bytes and timers, not SMTP.
 *
 * <p>Decides when to read on, and when a client has been silent for too long.
 *
 * <p>Reads and writes connections.
 *
 * <p>Writes nothing else.
 *
 * <p>A connection lives on one event loop.
 *
 * <p>Not here: what a line means (facteur.mta.reception.james), what is done with content
 * (facteur.mta.submission).
 */
@NullMarked
package facteur.mta.reception.netty;

import org.jspecify.annotations.NullMarked;
