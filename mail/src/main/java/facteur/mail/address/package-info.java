/**
 * Mailbox addresses as SMTP envelopes carry them (RFC 5321 4.1.2, RFC 6531).
 *
 * <p>Decides what is a well-formed path and what suppression compares.
 *
 * <p>Reads text given by clients, files and operators.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: UTS 46 conversion of domains (facteur.config.icu), header fields From and To
 * (facteur.mail.message).
 */
@NullMarked
package facteur.mail.address;

import org.jspecify.annotations.NullMarked;
