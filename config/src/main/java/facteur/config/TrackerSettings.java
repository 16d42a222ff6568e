package facteur.config;

import facteur.config.unit.Endpoint;
import facteur.config.unit.Network;

import java.util.List;

/**
 * The server of pixels and redirects.
 *
 * @param listen where HTTP is spoken in the clear
 * @param trustedProxies whose X-Forwarded-For is believed there
 * @param listeners further ones; those with TLS show the certificate of the host that is asked for
 * @param hosts the first one's certificate is shown to whoever asks for none of them; without any,
 *     that of the other listeners is
 * @param maxConnections all listeners together
 * @param maxConnectionsPerNetwork from one IPv4 /24 or IPv6 /48; trusted proxies are not counted
 */
public record TrackerSettings(
        Endpoint listen,
        List<Network> trustedProxies,
        List<ListenerSettings> listeners,
        List<TrackingHost> hosts,
        int maxConnections,
        int maxConnectionsPerNetwork) {
    public static final TrackerSettings DEFAULTS =
            new TrackerSettings(
                    Endpoint.loopback(8025), // a proxy with a certificate stands before it
                    List.of(new Network(Endpoint.loopback(0).address(), 32)), // that proxy
                    List.of(),
                    List.of(),
                    10_000, // some 100 MB, TLS included
                    1_000); // image proxies of large providers come from few networks

    public TrackerSettings {
        trustedProxies = List.copyOf(trustedProxies);
        listeners = List.copyOf(listeners);
        hosts = List.copyOf(hosts);
    }

    /** The same with other hosts. */
    public TrackerSettings withHosts(List<TrackingHost> other) {
        return new TrackerSettings(
                listen, trustedProxies, listeners, other, maxConnections, maxConnectionsPerNetwork);
    }
}
