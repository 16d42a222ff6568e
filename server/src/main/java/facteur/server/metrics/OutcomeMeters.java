package facteur.server.metrics;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mta.queue.record.OutcomeObserver;
import facteur.mta.queue.record.QueueCounters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Attempts and their outcomes, as they are recorded: by site, with what they took. */
public final class OutcomeMeters implements MeterBinder {
    private static final List<String> OUTCOMES =
            List.of("delivered", "deferred", "soft", "hard", "failed");

    private static final Duration[] AGES = {
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(4),
        Duration.ofHours(12),
        Duration.ofDays(1),
        Duration.ofDays(3)
    };

    private static final Duration[] STAGES = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30)
    };

    private final QueueCounters counters;

    public OutcomeMeters(QueueCounters counters) {
        this.counters = counters;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counters.observe(new Observer(registry));
    }

    /** Of the queue's thread. */
    private static final class Observer implements OutcomeObserver {
        private final MeterRegistry registry;
        private final Map<String, Counter> attempts = new HashMap<>();
        private final Map<String, Map<String, Counter>> bySite = new HashMap<>();
        private final Map<String, Counter> tls = new HashMap<>();
        private final TopSites sites = new TopSites();
        private final Timer age;
        private final Timer queued;
        private final Timer connecting;
        private final Timer sending;

        Observer(MeterRegistry registry) {
            this.registry = registry;
            this.age =
                    Timer.builder("facteur_delivery")
                            .description("time from the acceptance of a message to an outcome")
                            .serviceLevelObjectives(AGES)
                            .register(registry);
            this.queued = stage("queue");
            this.connecting = stage("connect");
            this.sending = stage("send");
            OUTCOMES.forEach(
                    outcome -> {
                        attempts.put(outcome, attempt(outcome));
                        site(TopSites.OTHER, outcome).increment(0);
                    });
        }

        private Timer stage(String stage) {
            return Timer.builder("facteur_delivery_stage")
                    .description(
                            "time of attempts that met a host: in the queue since they were due,"
                                    + " opening the connection, sending")
                    .tag("stage", stage)
                    .serviceLevelObjectives(STAGES)
                    .register(registry);
        }

        private Counter attempt(String outcome) {
            return Counter.builder("facteur_delivery_attempts")
                    .description("attempts by outcome; failed: no host answered")
                    .tag("outcome", outcome)
                    .register(registry);
        }

        private Counter site(String site, String outcome) {
            return bySite.computeIfAbsent(site, _ -> new HashMap<>())
                    .computeIfAbsent(
                            outcome,
                            _ ->
                                    Counter.builder("facteur_delivery_site_attempts")
                                            .description(
                                                    "attempts that met a host, by site and outcome;"
                                                            + " small sites are one")
                                            .tag("site", site)
                                            .tag("outcome", outcome)
                                            .register(registry));
        }

        private Counter tls(String protocol) {
            return tls.computeIfAbsent(
                    protocol,
                    _ ->
                            Counter.builder("facteur_delivery_tls_attempts")
                                    .description("attempts that met a host, by version of TLS")
                                    .tag("protocol", protocol)
                                    .register(registry));
        }

        @Override
        public void recorded(DeliveryEvent.Ruled ruling, Duration sinceAcceptance) {
            Optional<String> outcome = outcome(ruling);
            if (outcome.isEmpty()) {
                return;
            }
            Objects.requireNonNull(attempts.get(outcome.get())).increment();
            if (ruling.disposition().isFinal()) {
                age.record(sinceAcceptance);
            }
            ruling.hop().ifPresent(hop -> met(hop, outcome.get()));
        }

        private void met(DeliveryEvent.Hop hop, String outcome) {
            site(sites.name(hop.site()), outcome).increment();
            tls(protocol(hop)).increment();
            queued.record(hop.waited());
            sending.record(hop.took());
            if (!hop.connecting().isZero()) {
                connecting.record(hop.connecting());
            }
        }

        private static String protocol(DeliveryEvent.Hop hop) {
            String protocol = hop.tls().map(facts -> facts.protocol()).orElse("none");
            return protocol.matches("none|TLSv1(\\.[0-3])?") ? protocol : "other";
        }
    }

    /** Empty where nothing was tried. */
    private static Optional<String> outcome(DeliveryEvent.Ruled ruling) {
        return switch (ruling.disposition()) {
            case Disposition.Delivered _ -> Optional.of("delivered");
            case Disposition.Deferred(var _, Evidence.Answered _, var _) -> Optional.of("deferred");
            case Disposition.Deferred(var _, Evidence.Failed(var _, Fault fault, var _), var _) ->
                    Optional.of("failed").filter(_ -> fault != Fault.NOT_TRIED);
            case Disposition.SoftBounce _ -> Optional.of("soft");
            case Disposition.HardBounce _ -> Optional.of("hard");
            case Disposition.Abandoned _, Disposition.Withdrawn _ -> Optional.empty();
        };
    }
}
