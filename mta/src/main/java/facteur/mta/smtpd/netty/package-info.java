/**
 * The front of every SMTP service on Netty. It knows octets and timers, not SMTP.
 *
 * <p>Decides when to read on, who is let in, and when a client has been silent for too long.
 *
 * <p>Reads and writes connections.
 *
 * <p>Writes nothing else.
 *
 * <p>A connection lives on one event loop.
 *
 * <p>Not here: what a line means (facteur.mta.reception.james, facteur.mta.feedback), what is done
 * with content (facteur.mta.submission, facteur.mta.feedback).
 */
@NullMarked
package facteur.mta.smtpd.netty;

import org.jspecify.annotations.NullMarked;
