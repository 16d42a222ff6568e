package facteur.config;

import facteur.config.unit.Endpoint;

/**
 * One place where submission waits.
 *
 * @param proxyProtocol whether each connection must begin with a PROXY header, version 1 or 2
 */
public record ListenerSettings(Endpoint address, ListenerTls tls, boolean proxyProtocol) {}
