package facteur.config;

import facteur.config.unit.Endpoint;
import facteur.mail.address.Domain;

/**
 * Where bounces and complaints come back to.
 *
 * @param returnPathDomain the domain of signed return-paths; its MX must lead to {@code listen}
 */
public record FeedbackSettings(Domain returnPathDomain, Endpoint listen) {
    /** Behind a port forward from 25, since MX records cannot name a port. */
    public static final Endpoint LISTEN = Endpoint.loopback(2526);
}
