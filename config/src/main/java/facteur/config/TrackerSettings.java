package facteur.config;

import facteur.config.unit.Endpoint;
import facteur.config.unit.Network;

import java.util.List;

/**
 * The server of pixels and redirects.
 *
 * @param trustedProxies whose X-Forwarded-For and X-Forwarded-Proto are believed
 */
public record TrackerSettings(Endpoint listen, List<Network> trustedProxies) {
    public static final TrackerSettings DEFAULTS =
            new TrackerSettings(
                    Endpoint.loopback(8025), // a proxy with a certificate stands before it
                    List.of(new Network(Endpoint.loopback(0).address(), 32))); // that proxy

    public TrackerSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
