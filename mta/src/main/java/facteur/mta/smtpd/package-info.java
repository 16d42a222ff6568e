/**
 * The server's side of SMTP, the same for all that comes in: how octets become command lines and
 * content (RFC 5321, 6409), and what a dialogue with a client and its connection ask of each other.
 *
 * <p>Decides what is a line, what ends a message, and what a path of MAIL and RCPT means.
 *
 * <p>Reads octets and lines.
 *
 * <p>Writes nothing; what it finds is told to its sink.
 *
 * <p>A framer and a dialogue belong to one connection.
 *
 * <p>Not here: sockets and timers (facteur.mta.smtpd.netty), what submission answers
 * (facteur.mta.reception), what the receiver of returned mail answers (facteur.mta.feedback).
 */
@NullMarked
package facteur.mta.smtpd;

import org.jspecify.annotations.NullMarked;
