package facteur.tracker.netty;

import java.time.Duration;

/**
 * How much of the Internet is listened to at a time.
 *
 * @param connections all listeners together
 * @param connectionsPerNetwork from one IPv4 /24 or IPv6 /48; trusted proxies are not counted
 * @param firstRequest from the connection to the end of the first request, TLS handshake included
 * @param nextRequest from one answer to the end of the next request
 */
public record TrackerLimits(
        int connections, int connectionsPerNetwork, Duration firstRequest, Duration nextRequest) {
    /** Octets of a request line, and of the header fields behind it. */
    static final int HEAD = 8 << 10;

    /** Octets of a form; RFC 8058 asks for 26. */
    static final int FORM = 4 << 10;

    /** Requests of one HTTP/2 connection at a time. */
    static final int STREAMS = 100;

    /** Octets of one HTTP/2 connection that come before another whole request is there. */
    static final int IDLE = 64 << 10;

    /** Octets of answers that an HTTP/2 client has asked for and does not take. */
    static final int UNREAD = 1 << 20;

    /** Between GOAWAY and the end of the connection. */
    static final Duration FAREWELL = Duration.ofSeconds(2);

    // A request is one packet: a client that takes longer is not a mail reader.
    public static final Duration FIRST_REQUEST = Duration.ofSeconds(10);

    // Browsers and image proxies reuse a connection within seconds.
    public static final Duration NEXT_REQUEST = Duration.ofSeconds(30);
}
