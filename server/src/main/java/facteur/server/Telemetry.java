package facteur.server;

import facteur.config.access.Admission;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.feedback.FeedbackFigures;
import facteur.mta.queue.Queue;
import facteur.mta.routing.Router;
import facteur.mta.submission.Submission;
import facteur.store.Store;
import facteur.tracker.netty.TrackerCounters;
import facteur.tracker.recording.Recorder;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What Prometheus scrapes. Names are few: never an address, a campaign or a domain of a recipient.
 */
final class Telemetry implements AutoCloseable {
    private final Set<String> bound = ConcurrentHashMap.newKeySet();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Queue queue;
    private final QueueMeters queueMeters;

    Telemetry(
            Store store,
            Queue queue,
            Submission submission,
            Admission connections,
            Recorder recorder,
            TrackerCounters hits,
            facteur.tracker.netty.TrackerConnections readers,
            FeedbackFigures returned,
            BounceSpikeWatch doubts,
            TlsMemory tls,
            Router router,
            DiskWatch disk) {
        this.queue = queue;
        this.queueMeters = new QueueMeters(queue, registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gc.bindTo(registry);
        counter(
                "facteur_delivery_tls_failures",
                "attempts at TLS with a host that failed",
                tls,
                TlsMemory::failures);
        counter(
                "facteur_delivery_tls_sessions_in_clear",
                "sessions in clear text because TLS with the host fails",
                tls,
                TlsMemory::sessionsInClear);
        gauge(
                "facteur_delivery_tls_hosts_in_clear",
                "hosts whose mail goes in clear text because their TLS fails",
                tls,
                t -> t.inClear().size());
        gauge(
                "facteur_dns_silent",
                "1 while the resolver answers nothing",
                router,
                r ->
                        r.trouble().filter(Router.Trouble.Silent.class::isInstance).isPresent()
                                ? 1
                                : 0);
        gauge(
                "facteur_dns_denying",
                "1 while the resolver denies domains that had hosts lately, and is not believed",
                router,
                r ->
                        r.trouble().filter(Router.Trouble.Denying.class::isInstance).isPresent()
                                ? 1
                                : 0);
        counter(
                "facteur_submission_accepted",
                "messages that were put on disk and acknowledged",
                submission,
                Submission::accepted);
        counter(
                "facteur_submission_refused",
                "messages refused after their content",
                submission,
                Submission::refused);
        gauge("facteur_submission_connections", "clients connected", connections, Admission::count);
        counter(
                "facteur_submission_turned_away",
                "clients refused at once because there was no room",
                connections,
                Admission::turnedAway);
        counter(
                "facteur_submission_gave_way",
                "clients without a login that were closed to make room for others",
                connections,
                Admission::gaveWay);
        gauge(
                "facteur_journal_pending_bytes",
                "octets that wait for the disk",
                store,
                s -> s.journal().pendingOctets());
        gauge(
                "facteur_journal_stopped",
                "1 when the journal has stopped and nothing is accepted",
                store,
                s -> s.journal().stopped().isPresent() ? 1 : 0);
        gauge(
                "facteur_views_behind",
                "1 while events wait to be folded into the views",
                store,
                s -> s.folded().compareTo(s.journal().durable()) < 0 ? 1 : 0);
        gauge(
                "facteur_views_catching_up",
                "1 while hits that were recorded before the start wait to be folded",
                store,
                s -> s.isCatchingUp() ? 1 : 0);
        gauge(
                "facteur_clock_doubted",
                "1 while nothing is let go by age, because the clock was set",
                store,
                s -> s.clockDoubt().isPresent() ? 1 : 0);
        counter("facteur_views_folded", "events folded into the views", store, Store::foldedEvents);
        gauge(
                "facteur_disk_free_bytes",
                "free octets on the disk of the data directory",
                disk,
                d -> d.free().octets());
        gauge(
                "facteur_disk_free_inodes",
                "files that the disk of the data directory has room for",
                disk,
                d -> d.free().inodes());
        gauge(
                "facteur_disk_low",
                "1 while new messages are refused (452) for want of disk",
                disk,
                d -> d.isLow() ? 1 : 0);
        gauge(
                "facteur_journal_waiting_for_room",
                "1 while outcomes cannot be written for want of disk",
                store,
                s -> s.journal().waitsForRoom() ? 1 : 0);
        gauge(
                "facteur_journal_bytes",
                "octets of the journal's files",
                store,
                s -> s.sizes().journal());
        gauge("facteur_views_bytes", "octets of the views", store, s -> s.sizes().views());
        gauge(
                "facteur_views_oldest_reader_seconds",
                "age of the oldest reader, which pins old pages",
                store,
                s -> s.oldestReader().toMillis() / 1e3);
        counter(
                "facteur_tracker_recorded",
                "hits written into the journal",
                recorder,
                Recorder::recorded);
        counter(
                "facteur_tracker_dropped",
                "hits lost because too many came",
                recorder,
                Recorder::dropped);
        counter(
                "facteur_tracker_pixels",
                "pixels served for valid tokens",
                hits.pixels(),
                LongAdder::sum);
        counter("facteur_tracker_redirects", "links followed", hits.redirects(), LongAdder::sum);
        counter(
                "facteur_tracker_unsubscribes",
                "unsubscriptions",
                hits.unsubscribes(),
                LongAdder::sum);
        counter(
                "facteur_tracker_refused",
                "requests with a token that is none",
                hits.refused(),
                LongAdder::sum);
        gauge(
                "facteur_tracker_connections",
                "readers connected",
                readers,
                facteur.tracker.netty.TrackerConnections::count);
        counter(
                "facteur_tracker_turned_away",
                "connections of readers closed at once, because there were too many",
                readers,
                facteur.tracker.netty.TrackerConnections::turnedAway);
        counter(
                "facteur_tracker_too_slow",
                "connections of readers closed because no request came in time",
                readers,
                facteur.tracker.netty.TrackerConnections::tooSlow);
        returned(returned);
        gauge(
                "facteur_suppression_jumps",
                "wordings of sites that suddenly refuse nearly all recipients, and suppress no"
                        + " address",
                doubts,
                watch -> watch.jumps().size());
        counter(
                "facteur_suppression_alarms",
                "times that a site suddenly refused nearly all recipients in the same words",
                doubts,
                BounceSpikeWatch::alarms);
        counter(
                "facteur_suppression_doubted",
                "hard bounces that were taken back",
                doubts,
                BounceSpikeWatch::doubted);
    }

    private void returned(FeedbackFigures figures) {
        Map<String, LongAdder> byOutcome =
                Map.of(
                        "bounce", figures.bounces(),
                        "complaint", figures.complaints(),
                        "unsubscribe", figures.unsubscribes(),
                        "note", figures.notes(),
                        "forged", figures.forged(),
                        "refused", figures.refused(),
                        "ignored", figures.ignored());
        bind("facteur_feedback_received", "outcome", "mail that came back", byOutcome);
    }

    private <T> void counter(
            String name, String what, T of, java.util.function.ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, of, value).description(what).register(registry);
    }

    private <T> void gauge(
            String name, String what, T of, java.util.function.ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(what).strongReference(true).register(registry);
    }

    /** Everything, in Prometheus' text format. */
    String scrape() {
        queueMeters.refresh();
        bind(
                "facteur_delivery_rulings",
                "outcome",
                "rulings by outcome",
                queue.counters().outcomes());
        bind(
                "facteur_delivery_refusals",
                "category",
                "refusals by category",
                queue.counters().refusals());
        return registry.scrape();
    }

    /** Outcomes and categories come up one by one; each is registered when it does, and once. */
    private void bind(String name, String label, String what, Map<String, LongAdder> counts) {
        counts.forEach(
                (key, count) -> {
                    if (bound.add(name + " " + key)) {
                        FunctionCounter.builder(name, count, LongAdder::sum)
                                .description(what)
                                .tag(label, key)
                                .register(registry);
                    }
                });
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
