/**
 * The words of SMTP as values: replies, enhanced status codes, extensions, and the octet rules of
 * message data (RFC 5321, RFC 3463, RFC 2034).
 *
 * <p>Decides what bytes from a server are a reply, and how message data travels.
 *
 * <p>Reads octets.
 *
 * <p>Writes octets.
 *
 * <p>{@link facteur.mail.smtp.ReplyReader} and {@link facteur.mail.smtp.DotStuffer} belong to one
 * connection; the rest is immutable.
 *
 * <p>Not here: the dialogue (facteur.mta.delivery.dialogue), what a reply means
 * (facteur.mta.disposition).
 */
@NullMarked
package facteur.mail.smtp;

import org.jspecify.annotations.NullMarked;
