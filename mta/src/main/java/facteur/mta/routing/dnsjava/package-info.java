/**
 * The adapter to dnsjava: the only package that imports it.
 *
 * <p>Decides how an answer of the DNS is read.
 *
 * <p>Reads the DNS.
 *
 * <p>Writes nothing.
 *
 * <p>Answers come on threads of the library.
 *
 * <p>Not here: what the answers mean for mail, and the cache (facteur.mta.routing).
 */
@NullMarked
package facteur.mta.routing.dnsjava;

import org.jspecify.annotations.NullMarked;
