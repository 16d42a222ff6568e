package facteur.config.unit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a listener waits or a server is asked: {@code 127.0.0.1:2525}, {@code [::1]:2525}, {@code
 * localhost:25}, {@code *:25}. Names other than localhost are not accepted, since looking them up
 * would make the settings depend on the network.
 *
 * @param address the wildcard address for {@code *}
 * @param port 0 to 65535; 0 lets the system choose, for tests
 */
public record Endpoint(InetAddress address, int port) {
    public Endpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " outside 0..65535");
        }
    }

    /** An endpoint of this machine only. */
    public static Endpoint loopback(int port) {
        return new Endpoint(InetAddress.getLoopbackAddress(), port);
    }

    /** Reads an address with a port. */
    public static Optional<Endpoint> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || (text.startsWith("[") && text.charAt(colon - 1) != ']')) {
            return Optional.empty();
        }
        return of(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Reads an address with or without a port. */
    public static Optional<Endpoint> parse(String text, int defaultPort) {
        Optional<InetAddress> bare = address(text);
        return bare.isPresent()
                ? bare.map(address -> new Endpoint(address, defaultPort))
                : parse(text);
    }

    private static Optional<Endpoint> of(String host, String port) {
        Optional<Integer> number =
                WholeNumber.parse(port).filter(p -> p <= 65535).map(Math::toIntExact);
        return number.flatMap(p -> address(host).map(address -> new Endpoint(address, p)));
    }

    private static Optional<InetAddress> address(String host) {
        if (host.equals("*")) {
            return Optional.of(new InetSocketAddress(0).getAddress());
        }
        if (host.equals("localhost")) {
            return Optional.of(InetAddress.getLoopbackAddress());
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return bracketed
                ? Network.literal(host.substring(1, host.length() - 1))
                : Network.literal(host).filter(_ -> host.indexOf(':') < 0);
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(address, port);
    }

    public boolean isLoopback() {
        return address.isLoopbackAddress();
    }

    @Override
    public String toString() {
        String host = address.isAnyLocalAddress() ? "*" : Network.text(address);
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
