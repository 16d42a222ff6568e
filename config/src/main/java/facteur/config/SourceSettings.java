package facteur.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An egress source: a local address and the name it gives itself.
 *
 * @param address empty: the system chooses
 * @param weight its share of the mail, beside those of the others
 */
public record SourceSettings(String name, Optional<InetAddress> address, String ehlo, int weight) {
    public static final int WEIGHT = 1;

    /** The one source of a server that has no list of them. */
    public static SourceSettings any(String ehlo) {
        return new SourceSettings("default", Optional.empty(), ehlo, WEIGHT);
    }
}
