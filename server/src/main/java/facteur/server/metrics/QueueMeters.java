package facteur.server.metrics;

import facteur.mail.queue.WaitReason;
import facteur.mta.queue.Queue;
import facteur.mta.queue.QueueSnapshot;
import facteur.mta.shaping.Shaper;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What is measured of the queue: one look at it for each scrape. */
public final class QueueMeters implements MeterBinder {
    private static final Logger log = LoggerFactory.getLogger(QueueMeters.class);

    private static final long PATIENCE_MILLIS = 2_000;

    private final Queue queue;
    private Optional<MeterRegistry> registry = Optional.empty();
    private Optional<MultiGauge> waiting = Optional.empty();
    private volatile Map<String, Long> waitingByReason = Map.of();
    private volatile QueueSnapshot latest = QueueSnapshot.nothing(Instant.EPOCH);

    public QueueMeters(Queue queue) {
        this.queue = queue;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        this.registry = Optional.of(registry);
        recipients(
                registry,
                Map.of(
                        "ready", QueueSnapshot::waiting,
                        "sending", QueueSnapshot::busy,
                        "routing", QueueSnapshot::routing,
                        "deferred", QueueSnapshot::deferred,
                        "held", QueueSnapshot::held,
                        "scheduled", _ -> 0)); // nothing is accepted for a later time yet
        ages(
                registry,
                Map.of(
                        "ready", QueueSnapshot.Oldest::ready,
                        "sending", QueueSnapshot.Oldest::sending,
                        "deferred", QueueSnapshot.Oldest::deferred,
                        "held", QueueSnapshot.Oldest::held,
                        "scheduled", _ -> Duration.ZERO));
        for (Shaper.State state : Shaper.State.values()) {
            Gauge.builder("facteur_paths", this, meters -> meters.paths(state))
                    .description("egress paths by what they may do now")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        waiting =
                Optional.of(
                        MultiGauge.builder("facteur_queue_waiting_recipients")
                                .description("recipients that are due, by why they wait")
                                .register(registry));
        counter(
                registry,
                "facteur_queue_failed_tasks",
                "tasks of the queue that failed: each is a bug of ours",
                queue.counters().failedTasks());
        counter(
                registry,
                "facteur_queue_lost_messages",
                "messages that are owed and that the journal does not have any more",
                queue.counters().lostMessages());
        counter(
                registry,
                "facteur_queue_returned",
                "recipients given to a session that ended without looking at them",
                queue.counters().returned());
    }

    private void recipients(
            MeterRegistry registry, Map<String, ToDoubleFunction<QueueSnapshot>> states) {
        states.forEach(
                (state, value) ->
                        Gauge.builder(
                                        "facteur_queue_recipients",
                                        this,
                                        meters -> value.applyAsDouble(meters.latest))
                                .description("recipients that are owed a delivery, by state")
                                .tag("state", state)
                                .register(registry));
    }

    private void ages(
            MeterRegistry registry, Map<String, Function<QueueSnapshot.Oldest, Duration>> states) {
        states.forEach(
                (state, value) ->
                        Gauge.builder(
                                        "facteur_queue_oldest_seconds",
                                        this,
                                        meters ->
                                                value.apply(meters.latest.oldest()).toMillis()
                                                        / 1e3)
                                .description("age of the oldest message, by state")
                                .tag("state", state)
                                .register(registry));
    }

    private static void counter(MeterRegistry registry, String name, String what, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum).description(what).register(registry);
    }

    private double paths(Shaper.State state) {
        return latest.destinations().stream()
                .filter(path -> !path.source().isEmpty() && path.state() == state)
                .count();
    }

    /** Looks at the queue; a queue that does not answer in time is told as it was. */
    public synchronized void refresh() {
        try {
            latest = queue.paths().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the queue gave no figures within {} ms", PATIENCE_MILLIS, e);
        }
        Map<String, Long> byReason = new TreeMap<>();
        // Each is told from the start: rules ask for it.
        WaitReason.AtPath.keys().forEach(reason -> byReason.put(reason, 0L));
        latest.destinations().stream()
                .filter(path -> path.waiting() > 0)
                .forEach(
                        path ->
                                path.reason()
                                        .map(WaitReason::key)
                                        .ifPresent(
                                                key ->
                                                        byReason.merge(
                                                                key,
                                                                (long) path.waiting(),
                                                                Long::sum)));
        waitingByReason = byReason;
        // What is there keeps its gauge: another scrape may be reading it.
        waiting.ifPresent(gauges -> gauges.register(rows(byReason.keySet()), false));
        registry.ifPresent(this::counters);
    }

    private List<MultiGauge.Row<?>> rows(Set<String> reasons) {
        return reasons.stream()
                .<MultiGauge.Row<?>>map(
                        reason ->
                                MultiGauge.Row.of(
                                        Tags.of("reason", reason),
                                        this,
                                        meters -> meters.waitingByReason.getOrDefault(reason, 0L)))
                .toList();
    }

    /** Outcomes and categories come up one by one; each is bound when it does, and once. */
    private void counters(MeterRegistry to) {
        PartMeters.counters(
                to,
                "facteur_delivery_rulings",
                "outcome",
                "rulings by outcome",
                queue.counters().outcomes());
        PartMeters.counters(
                to,
                "facteur_delivery_refusals",
                "category",
                "refusals by category",
                queue.counters().refusals());
    }
}
