/**
 * DKIM keys that the server makes and keeps.
 *
 * <p>Decides which key of a domain signs: the newest whose record was seen in the DNS.
 *
 * <p>Reads {@code keys/dkim} in the data directory.
 *
 * <p>Writes there.
 *
 * <p>Any thread; the files are the state.
 *
 * <p>Not here: keys that settings name (facteur.server), signing (facteur.mta.prepare), what the
 * DNS says (facteur.server.setup).
 */
@NullMarked
package facteur.server.key;

import org.jspecify.annotations.NullMarked;
