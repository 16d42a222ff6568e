package facteur.tracker.netty;

import facteur.config.unit.Network;

import io.netty.handler.ssl.SslContext;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One place where readers come to.
 *
 * @param certificates the TLS context for the server name that a client asks for, empty text where
 *     it names none; asked anew for each connection. Without it HTTP is spoken in the clear
 * @param proxyProtocol whether each connection must begin with a PROXY header, version 1 or 2
 * @param trustedProxies who may send one, and whose X-Forwarded-For is believed
 */
public record TrackerListener(
        InetSocketAddress address,
        Optional<Function<String, SslContext>> certificates,
        boolean proxyProtocol,
        List<Network> trustedProxies) {
    public TrackerListener {
        trustedProxies = List.copyOf(trustedProxies);
    }

    boolean trusts(InetAddress address) {
        return trustedProxies.stream().anyMatch(network -> network.contains(address));
    }
}
