/**
 * Requests and responses, as the rest of the admin sees them.
 *
 * <p>Decides how a path finds its handler, and which headers every answer carries.
 *
 * <p>Reads what a client sent.
 *
 * <p>Writes nothing.
 *
 * <p>Immutable values; any thread.
 *
 * <p>Not here: sockets (facteur.admin.undertow), who may ask (facteur.admin.access).
 */
@NullMarked
package facteur.admin.web;

import org.jspecify.annotations.NullMarked;
