package facteur.mta.routing;

import facteur.config.unit.Network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses may be connected to. An MX record is written by strangers: without this, one that
 * points to a private address makes us talk to our own network.
 */
public final class AddressPolicy {
    // RFC 6890 and its registries: not global, or not unicast.
    private static final List<Network> NOT_GLOBAL =
            networks(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/3",
                    "::/127",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/32", // Teredo and 6to4 carry an IPv4 address, which may be a private
                    // one
                    "2002::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8");

    private final List<Network> allowed;

    /**
     * @param allowed exceptions, for laboratories
     */
    public AddressPolicy(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    public boolean mayConnectTo(InetAddress address) {
        InetAddress plain = unmapped(address);
        if (allowed.stream()
                .anyMatch(network -> network.contains(plain) || network.contains(address))) {
            return true;
        }
        return NOT_GLOBAL.stream().noneMatch(network -> network.contains(plain));
    }

    // InetAddress already turns v4-mapped addresses into IPv4; v4-compatible ones it leaves.
    private static InetAddress unmapped(InetAddress address) {
        if (!(address instanceof Inet6Address v6) || !v6.isIPv4CompatibleAddress()) {
            return address;
        }
        byte[] octets = v6.getAddress();
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(octets, 12, 16));
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("four octets are an IPv4 address", e);
        }
    }

    private static List<Network> networks(String... texts) {
        return Arrays.stream(texts).map(text -> Network.parse(text).orElseThrow()).toList();
    }
}
