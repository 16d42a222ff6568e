/**
 * How octets of a submitting client become commands and message content (RFC 5321, 6409).
 *
 * <p>Decides what is a line, what ends a message, and which command may come when.
 *
 * <p>Reads octets and lines.
 *
 * <p>Writes nothing; what it finds is told to its sink.
 *
 * <p>A framer belongs to one connection.
 *
 * <p>Not here: the command handlers (facteur.mta.reception.james), sockets
 * (facteur.mta.reception.netty), what is done with a message (facteur.mta.submission).
 */
@NullMarked
package facteur.mta.reception;

import org.jspecify.annotations.NullMarked;
