/**
 * Ed25519 (RFC 8032) from Bouncy Castle, which signs thirty times as fast as the JDK.
 *
 * <p>Decides nothing.
 *
 * <p>Reads keys handed to it.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable; any thread.
 *
 * <p>Not here: what is signed and with which key (facteur.message).
 */
@NullMarked
package facteur.message.bouncycastle;

import org.jspecify.annotations.NullMarked;
