package facteur.testkit.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a {@link CountingSink} works.
 *
 * @param listen where; port 0 takes a free one
 * @param latency before the replies to what came in one go; as if the sink were far away
 * @param tls whether STARTTLS is offered
 * @param maxConnections more are answered 421
 * @param watchedDeliveries how many (message, recipient) pairs are remembered to find duplicates; 0
 *     looks for none
 */
public record SinkOptions(
        InetSocketAddress listen,
        Duration latency,
        boolean tls,
        int maxConnections,
        int watchedDeliveries) {
    /** On a free port of 127.0.0.1, at once, without TLS, watching two million deliveries. */
    public static SinkOptions defaults() {
        var anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return new SinkOptions(anyPort, Duration.ZERO, false, 20_000, 2_000_000);
    }

    public SinkOptions withListen(InetSocketAddress address) {
        return new SinkOptions(address, latency, tls, maxConnections, watchedDeliveries);
    }

    public SinkOptions withLatency(Duration delay) {
        return new SinkOptions(listen, delay, tls, maxConnections, watchedDeliveries);
    }

    public SinkOptions withTls(boolean offered) {
        return new SinkOptions(listen, latency, offered, maxConnections, watchedDeliveries);
    }

    public SinkOptions withMaxConnections(int count) {
        return new SinkOptions(listen, latency, tls, count, watchedDeliveries);
    }

    public SinkOptions withWatchedDeliveries(int count) {
        return new SinkOptions(listen, latency, tls, maxConnections, count);
    }
}
