package facteur.admin.screen;

import facteur.admin.control.QueueControl;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How fast each destination takes mail: what was delivered over the last minute, as far as the page
 * looked.
 */
final class DeliveryPace {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LEAST = Duration.ofSeconds(2);
    private static final Duration MOST = Duration.ofMinutes(5);

    private record Path(String site, String source) {
        static Path of(QueueControl.Destination destination) {
            return new Path(destination.site(), destination.source());
        }
    }

    private record Sample(Instant at, Map<Path, Long> delivered) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** What stands now; looked at again later, it tells the pace. */
    synchronized void see(QueueControl.Snapshot snapshot, Instant now) {
        boolean isNews = samples.isEmpty() || !samples.getLast().at().plus(LEAST).isAfter(now);
        if (isNews) {
            Map<Path, Long> delivered = new HashMap<>();
            snapshot.destinations()
                    .forEach(d -> delivered.merge(Path.of(d), d.delivered(), Long::sum));
            samples.addLast(new Sample(now, delivered));
        }
        while (samples.size() > 2 && samples.getFirst().at().plus(WINDOW).isBefore(now)) {
            samples.removeFirst();
        }
    }

    /** Recipients a minute; empty when the page was not opened lately. */
    synchronized OptionalLong perMinute(QueueControl.Destination destination, Instant now) {
        if (samples.isEmpty()) {
            return OptionalLong.empty();
        }
        Sample before = samples.getFirst();
        Duration time = Duration.between(before.at(), now);
        if (time.compareTo(LEAST) < 0 || time.compareTo(MOST) > 0) {
            return OptionalLong.empty();
        }
        long since = before.delivered().getOrDefault(Path.of(destination), 0L);
        return OptionalLong.of(
                Math.round(
                        60_000.0 * Math.max(0, destination.delivered() - since) / time.toMillis()));
    }
}
