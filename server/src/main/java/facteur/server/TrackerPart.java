package facteur.server;

import facteur.config.Settings;
import facteur.config.TrackerSettings;
import facteur.server.maillog.RefusalSums;
import facteur.store.Store;
import facteur.tracker.engagement.HitPolicy;
import facteur.tracker.netty.TrackerConnections;
import facteur.tracker.netty.TrackerCounters;
import facteur.tracker.netty.TrackerDependencies;
import facteur.tracker.netty.TrackerLoops;
import facteur.tracker.netty.TrackerServer;
import facteur.tracker.recording.Recorder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Where readers come to: opens, clicks, unsubscriptions, and their record. */
final class TrackerPart {
    private static final Logger log = LoggerFactory.getLogger(TrackerPart.class);

    private final TrackerCounters hits = TrackerCounters.zero();
    private final Recorder recorder;
    private final TrackingHosts hosts;
    private final TrackerServer server;

    /**
     * @throws IOException when an address is taken or a certificate cannot be used; it says which
     */
    TrackerPart(Foundation on) throws IOException {
        Store store = on.store();
        this.recorder =
                on.parts()
                        .add(
                                new Recorder(
                                        store.journal(),
                                        new HitPolicy(
                                                on.configuration()::robots,
                                                tokens ->
                                                        store.read(
                                                                now ->
                                                                        TrackerWiring.standings(
                                                                                on.settings(),
                                                                                now.readers(),
                                                                                tokens))),
                                        TrackerWiring.refusals(store, on.clock()),
                                        on.clock()));
        this.hosts =
                new TrackingHosts(on.settings().tracker(), () -> on.first().files(on.settings()));
        this.server = on.parts().add(newTracker(on, on.parts().add(newTrackerLoops())));
    }

    /** Loops of its own: what strangers do there must not be felt where mail is sent. */
    private static TrackerLoops newTrackerLoops() {
        TrackerLoops.Transport transport = TrackerLoops.Transport.cheapest();
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        log.info("the tracker runs on {}, event loops: {}", transport, loops);
        return new TrackerLoops(transport, loops);
    }

    private TrackerServer newTracker(Foundation on, TrackerLoops loops) throws IOException {
        TrackerSettings settings = on.settings().tracker();
        return TrackerServer.open(
                TrackerWiring.listeners(settings, hosts),
                TrackerWiring.limits(settings),
                new TrackerDependencies(
                        on.keys()::seal,
                        recorder,
                        on.clock(),
                        hits,
                        client -> on.refusals().add(RefusalSums.Kind.LINK, client)),
                loops);
    }

    /**
     * Uses the certificates of other settings.
     *
     * @throws UncheckedIOException when one cannot be used; the others stay
     */
    void configure(Settings settings) {
        try {
            hosts.configure(settings.tracker());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "use the certificates of tracker.hosts: " + e.getMessage(), e);
        }
    }

    Recorder recorder() {
        return recorder;
    }

    TrackerCounters hits() {
        return hits;
    }

    TrackerConnections connections() {
        return server.connections();
    }

    /** In the order of the settings: {@code listen}, then the listeners. */
    List<InetSocketAddress> addresses() {
        return server.addresses();
    }
}
