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
 * <p>Not here: what is signed and with which key (facteur.mta.prepare).
 */
@NullMarked
package facteur.mta.prepare.bouncycastle;

import org.jspecify.annotations.NullMarked;
