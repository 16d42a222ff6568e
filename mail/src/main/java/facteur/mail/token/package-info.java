/**
 * The sealed texts that travel in pixels, links, unsubscribe addresses and return-paths, and come
 * back from strangers.
 *
 * <p>Decides what a token says, how it is sealed, and which key is used.
 *
 * <p>Reads the key file of the data directory ({@link facteur.mail.token.KeyringFile} alone).
 *
 * <p>Writes that file when keys are made or rotated.
 *
 * <p>Values are immutable; {@link facteur.mail.token.TokenSeal} may be used by any thread.
 *
 * <p>Not here: where a token is put into a message (facteur.message), what happens when one comes
 * back (facteur.tracker, facteur.mta).
 */
@NullMarked
package facteur.mail.token;

import org.jspecify.annotations.NullMarked;
