package facteur.config;

import facteur.config.unit.Rate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one receiving site accepts, per egress source.
 *
 * @param name for metrics and people: {@code google}
 * @param mx suffixes of its MX hosts, without a leading dot
 * @param start connections at first
 * @param connections at most at the same time
 * @param together connections at most to all sites of this name at the same time; empty where a
 *     site is all there is
 * @param messagesPerConnection then a new one is opened
 * @param idle how long an unused connection is kept
 * @param tls empty: as delivery has it
 */
public record SitePreset(
        String name,
        List<String> mx,
        int start,
        int connections,
        OptionalInt together,
        int messagesPerConnection,
        Rate messages,
        Rate newConnections,
        Duration idle,
        Optional<DeliveryTls> tls) {
    public SitePreset {
        mx = List.copyOf(mx);
    }

    boolean has(String host) {
        return mx.stream().anyMatch(suffix -> host.equals(suffix) || host.endsWith("." + suffix));
    }
}
