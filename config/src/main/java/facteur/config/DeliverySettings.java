package facteur.config;

import facteur.config.unit.Network;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How mail leaves.
 *
 * @param port of the receiving hosts
 * @param allowNetworks loopback, private and own addresses that may be connected to all the same
 * @param retry the pauses between attempts; the last one repeats
 * @param ehlo the name given in EHLO where a source has none of its own
 * @param maxAge a recipient still deferred after this is given up
 * @param connections at most, per egress path, where shaping says nothing
 * @param shaping presets of an operator's own; empty: those that come with this version
 * @param maxConnections at most, all paths together
 * @param ipv6 whether addresses from AAAA records are connected to
 */
public record DeliverySettings(
        int port,
        List<Network> allowNetworks,
        List<Duration> retry,
        String ehlo,
        Duration maxAge,
        int connections,
        int maxConnections,
        Optional<ShapingPresets> shaping,
        DeliveryTls tls,
        boolean ipv6) {
    public DeliverySettings {
        allowNetworks = List.copyOf(allowNetworks);
        retry = List.copyOf(retry);
        if (retry.isEmpty()) {
            throw new IllegalArgumentException("a retry schedule without a pause");
        }
    }

    /** The same with other pauses, and another age at which a recipient is given up. */
    public DeliverySettings withSchedule(List<Duration> otherRetry, Duration otherAge) {
        return new DeliverySettings(
                port,
                allowNetworks,
                otherRetry,
                ehlo,
                otherAge,
                connections,
                maxConnections,
                shaping,
                tls,
                ipv6);
    }

    public static DeliverySettings defaults(String hostname) {
        return new DeliverySettings(
                25, // RFC 5321 4.5.4.2
                List.of(), // a stranger's MX record must not reach into our network
                List.of( // quick at first for greylisting, then no burden to a host that is down
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(20),
                        Duration.ofMinutes(40),
                        Duration.ofMinutes(80),
                        Duration.ofMinutes(160),
                        Duration.ofHours(4)),
                hostname,
                Duration.ofHours(72), // over a weekend; RFC 5321 4.5.4.1 allows less than 4-5 days
                10, // what sites that publish no limit were seen to accept
                20_000, // well below what a process may have open
                Optional.empty(),
                DeliveryTls.OPPORTUNISTIC, // few receivers would be left otherwise
                true);
    }
}
