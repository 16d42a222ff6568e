package facteur.server.metrics;

import facteur.tracker.netty.TrackerConnections;
import facteur.tracker.netty.TrackerCounters;
import facteur.tracker.recording.Recorder;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What readers ask, and what is recorded of it. */
public record TrackerMeters(Recorder recorder, TrackerCounters hits, TrackerConnections connections)
        implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        new PartMeters<>(registry, recorder)
                .counter(
                        "facteur_tracker_recorded",
                        "hits written into the journal",
                        Recorder::recorded)
                .counter(
                        "facteur_tracker_dropped",
                        "hits lost because too many came",
                        Recorder::dropped);
        new PartMeters<>(registry, hits)
                .counter(
                        "facteur_tracker_pixels",
                        "pixels served for valid tokens",
                        of -> of.pixels().sum())
                .counter("facteur_tracker_redirects", "links followed", of -> of.redirects().sum())
                .counter(
                        "facteur_tracker_unsubscribes",
                        "unsubscriptions",
                        of -> of.unsubscribes().sum())
                .counter(
                        "facteur_tracker_refused",
                        "requests with a token that is none",
                        of -> of.refused().sum());
        new PartMeters<>(registry, connections)
                .gauge(
                        "facteur_tracker_connections",
                        "readers connected",
                        TrackerConnections::count)
                .counter(
                        "facteur_tracker_turned_away",
                        "connections of readers closed at once, because there were too many",
                        TrackerConnections::turnedAway)
                .counter(
                        "facteur_tracker_too_slow",
                        "connections of readers closed because no request came in time",
                        TrackerConnections::tooSlow);
    }
}
