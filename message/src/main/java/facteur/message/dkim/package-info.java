/**
 * DKIM signatures (RFC 6376, RFC 8301, RFC 8463) and their keys.
 *
 * <p>Decides which domain signs, by the first author of a message, and which fields are signed.
 *
 * <p>Reads message content, and private keys in PEM.
 *
 * <p>Writes nothing: a signature is a header field.
 *
 * <p>Immutable; any thread.
 *
 * <p>Not here: keys on disk and which of them signs (facteur.server.key), arithmetic
 * (facteur.message.bouncycastle, and the JDK's providers).
 */
@NullMarked
package facteur.message.dkim;

import org.jspecify.annotations.NullMarked;
