package facteur.config;

import facteur.config.unit.Endpoint;

import java.util.List;

/**
 * Whom delivery asks for MX and address records.
 *
 * @param servers in the order of asking; empty: those of the system
 */
public record DnsSettings(List<Endpoint> servers) {
    /** Port of a server written without one (RFC 1035 4.2). */
    public static final int PORT = 53;

    public static final DnsSettings DEFAULTS = new DnsSettings(List.of());

    public DnsSettings {
        servers = List.copyOf(servers);
    }
}
