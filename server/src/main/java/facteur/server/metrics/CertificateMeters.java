package facteur.server.metrics;

import facteur.config.Settings;
import facteur.config.TrackingHost;
import facteur.server.setup.Certificates;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How long the certificates in use are still good. The files are read at most once a minute: a
 * renewed one is seen soon, and scrapes cost nothing.
 */
public final class CertificateMeters implements MeterBinder {
    private static final Logger log = LoggerFactory.getLogger(CertificateMeters.class);
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Supplier<Settings> settings;
    private final InstantSource clock;
    private Optional<MultiGauge> gauges = Optional.empty();
    private volatile Map<String, Instant> ends = Map.of();
    private Instant read = Instant.MIN;

    public CertificateMeters(Supplier<Settings> settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauges =
                Optional.of(
                        MultiGauge.builder("facteur_certificate_expiry_seconds")
                                .description(
                                        "time until a certificate ends; negative when it has ended")
                                .register(registry));
        Gauge.builder("facteur_certificates", this, meters -> meters.ends.size())
                .description("certificates that are shown to clients and readers")
                .register(registry);
        refresh();
    }

    /**
     * Looks at the files. Names change with a reload; those that stay keep their gauge, since
     * another scrape may be reading it.
     */
    public synchronized void refresh() {
        Instant now = clock.instant();
        if (!read.equals(Instant.MIN) && now.isBefore(read.plus(FRESH))) {
            return;
        }
        ends = look();
        read = now;
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        ends.keySet()
                .forEach(
                        name ->
                                rows.add(
                                        MultiGauge.Row.of(
                                                Tags.of("name", name),
                                                this,
                                                meters -> meters.remaining(name))));
        gauges.ifPresent(all -> all.register(rows, false));
    }

    private double remaining(String name) {
        Instant end = ends.get(name);
        return end == null ? Double.NaN : Duration.between(clock.instant(), end).toSeconds();
    }

    private Map<String, Instant> look() {
        Settings now = settings.get();
        Map<String, Instant> found = new LinkedHashMap<>();
        look(now.hostname(), Certificates.file(now), found);
        for (TrackingHost host : now.tracker().hosts()) {
            look(host.name(), host.certificate().certificate(), found);
        }
        return found;
    }

    private static void look(String name, Path file, Map<String, Instant> found) {
        try {
            found.put(name, Certificates.read(file).getNotAfter().toInstant());
        } catch (IOException e) {
            // Those who show it say so when they read it.
            log.debug("look at the certificate {}", file, e);
        }
    }
}
