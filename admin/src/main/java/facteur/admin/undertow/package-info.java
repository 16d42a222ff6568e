/**
 * Undertow, and nothing of it outside.
 *
 * <p>Does the HTTP: turns exchanges into requests, and writes responses.
 *
 * <p>Reads sockets.
 *
 * <p>Writes sockets.
 *
 * <p>A virtual thread for each request; I/O threads only carry bytes.
 *
 * <p>Not here: what is answered (facteur.admin).
 */
@NullMarked
package facteur.admin.undertow;

import org.jspecify.annotations.NullMarked;
