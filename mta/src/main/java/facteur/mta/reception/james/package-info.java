/**
 * The adapter to Apache James' SMTP command handlers: the only package that imports James.
 *
 * <p>James dispatches commands, greets, authenticates and keeps the order of hooks; framing,
 * message content, paths and parameters are ours, since its own accept what must be refused.
 *
 * <p>Reads command lines.
 *
 * <p>Writes replies to the client, through {@link facteur.mta.smtpd.SmtpConnection}.
 *
 * <p>A session belongs to the event loop of its connection; the handlers are shared and keep
 * nothing.
 *
 * <p>Not here: bytes (facteur.mta.smtpd.Framer), sockets (facteur.mta.smtpd.netty).
 */
@NullMarked
package facteur.mta.reception.james;

import org.jspecify.annotations.NullMarked;
