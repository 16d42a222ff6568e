package facteur.config;

import facteur.config.unit.Endpoint;
import facteur.config.unit.Network;

import java.util.List;

/**
 * One place where submission waits.
 *
 * @param proxyProtocol whether each connection must begin with a PROXY header, version 1 or 2
 * @param trustedProxies who may send one; no other host may connect where PROXY is expected
 */
public record ListenerSettings(
        Endpoint address, ListenerTls tls, boolean proxyProtocol, List<Network> trustedProxies) {
    /**
     * Only this machine: any other host that reaches the listener could claim any client address.
     */
    public static final List<Network> PROXIES =
            List.of(
                    Network.parse("127.0.0.0/8").orElseThrow(),
                    Network.parse("::1/128").orElseThrow());

    public ListenerSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
