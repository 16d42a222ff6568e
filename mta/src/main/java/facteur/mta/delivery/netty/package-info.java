/**
 * SMTP sessions on Netty. It knows bytes and timers, not SMTP.
 *
 * <p>Decides nothing: every step comes from facteur.mta.delivery.dialogue.
 *
 * <p>Reads connections and message content.
 *
 * <p>Writes connections.
 *
 * <p>A session lives on one event loop.
 *
 * <p>Not here: which host, which message (facteur.mta.delivery, facteur.mta.queue).
 */
@NullMarked
package facteur.mta.delivery.netty;

import org.jspecify.annotations.NullMarked;
