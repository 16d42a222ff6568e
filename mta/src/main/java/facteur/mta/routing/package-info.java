/**
 * Where mail for a domain goes.
 *
 * <p>Decides the hosts of a domain, their order, the site that they make up, and which addresses
 * may be connected to.
 *
 * <p>Reads the DNS through {@link facteur.mta.routing.Resolver}.
 *
 * <p>Writes nothing.
 *
 * <p>A cache that any thread may use.
 *
 * <p>Not here: the DNS client (facteur.mta.routing.dnsjava), how many connections a site gets
 * (facteur.mta.queue).
 */
@NullMarked
package facteur.mta.routing;

import org.jspecify.annotations.NullMarked;
