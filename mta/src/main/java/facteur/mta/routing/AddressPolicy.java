package facteur.mta.routing;

import facteur.config.unit.Network;
import facteur.mail.address.Domain;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses may be connected to. An MX record is written by strangers: without this, one that
 * points to a private address makes us talk to our own network. Only global unicast is connected to
 * (the IANA special-purpose registries, {@code special-addresses.txt}), and what {@code
 * delivery.allow_networks} names.
 *
 * <p>An address behind NAT64 stands for the IPv4 address in it. Beside a DNS64 resolver it is not
 * needed where the host has IPv4 as well: the A record is used. On a host with IPv6 alone the
 * operator names the prefix of the NAT64 in {@code delivery.allow_networks}; the IPv4 address
 * inside must then be global, or allowed itself: the translator has its own way into the network.
 */
public final class AddressPolicy {
    private static final SpecialAddresses SPECIAL = SpecialAddresses.shipped();
    private static final List<Network> NAT64 =
            List.of(
                    Network.parse("64:ff9b::/96").orElseThrow(),
                    Network.parse("64:ff9b:1::/48").orElseThrow());

    private final List<Network> allowed;

    /**
     * @param allowed exceptions, for laboratories and for NAT64
     */
    public AddressPolicy(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    public boolean mayConnectTo(InetAddress address) {
        return SPECIAL.isGlobalUnicast(address)
                || allowed.stream()
                        .filter(network -> network.contains(address))
                        .anyMatch(network -> isHarmless(address, network));
    }

    /**
     * Whether mail for a domain would be sent to an address that may not be connected to. A name
     * that reads as an IPv4 address counts as one; other names are looked up later.
     */
    public boolean isForbiddenLiteral(Domain domain) {
        return literals(domain).anyMatch(address -> !mayConnectTo(address));
    }

    /** What a domain reads as: {@code 010.0.0.1} is one address to us, and another to resolvers. */
    private static Stream<InetAddress> literals(Domain domain) {
        String name = domain.name();
        if (!domain.isLiteral()) {
            return Stream.of(posix(name), Network.literal(name)).flatMap(Optional::stream);
        }
        String inner = name.substring(1, name.length() - 1);
        return Network.literal(inner.startsWith("ipv6:") ? inner.substring(5) : inner).stream();
    }

    /** As {@code inet_aton} reads it: parts left out, octal, hexadecimal. */
    private static Optional<InetAddress> posix(String name) {
        if (name.isEmpty() || name.charAt(0) < '0' || name.charAt(0) > '9') {
            return Optional.empty(); // as nearly every name: a failure costs more than a look
        }
        try {
            return Optional.of(Inet4Address.ofPosixLiteral(name));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // a name
        }
    }

    private boolean isHarmless(InetAddress address, Network allowing) {
        return NAT64.stream().noneMatch(network -> network.contains(address))
                || embedded(address.getAddress(), allowing.prefix())
                        .map(this::mayConnectTo)
                        .orElse(true);
    }

    /** RFC 6052 2.2: where the IPv4 address stands depends on the length of the prefix. */
    private static Optional<InetAddress> embedded(byte[] octets, int prefix) {
        int[] places =
                switch (prefix) {
                    case 32 -> new int[] {4, 5, 6, 7};
                    case 40 -> new int[] {5, 6, 7, 9};
                    case 48 -> new int[] {6, 7, 9, 10};
                    case 56 -> new int[] {7, 9, 10, 11};
                    case 64 -> new int[] {9, 10, 11, 12};
                    case 96 -> new int[] {12, 13, 14, 15};
                    default -> new int[0]; // one address, or what is no NAT64 prefix
                };
        if (places.length == 0) {
            return Optional.empty();
        }
        byte[] inner = new byte[4];
        for (int i = 0; i < inner.length; i++) {
            inner[i] = octets[places[i]];
        }
        try {
            return Optional.of(InetAddress.getByAddress(inner));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an IPv4 address", e);
        }
    }
}
