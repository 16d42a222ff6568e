package facteur.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An egress source: a local address and the name it gives itself.
 *
 * @param address empty: the system chooses
 */
public record SourceSettings(String name, Optional<InetAddress> address, String ehlo) {
    /** The one source of a server that has no list of them. */
    public static SourceSettings any(String ehlo) {
        return new SourceSettings("default", Optional.empty(), ehlo);
    }
}
