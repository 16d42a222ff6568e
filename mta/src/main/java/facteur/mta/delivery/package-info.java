/**
 * Hands messages to hosts.
 *
 * <p>Decides which host of a destination is connected to, in which order, and what is remembered of
 * it.
 *
 * <p>Reads routes and addresses (facteur.mta.routing) and message content.
 *
 * <p>Writes to connections, through {@link facteur.mta.delivery.Connector}; reports facts, never
 * meaning. What is to be remembered of the TLS of hosts is put on record.
 *
 * <p>A walk belongs to the thread that signals it; {@link facteur.mta.delivery.HostMemory} may be
 * used by any.
 *
 * <p>Not here: the talk itself (facteur.mta.delivery.dialogue), what is due (facteur.mta.queue).
 */
@NullMarked
package facteur.mta.delivery;

import org.jspecify.annotations.NullMarked;
