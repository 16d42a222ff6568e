package facteur.server;

import facteur.server.metrics.ProcessMeters;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;

import java.util.List;
import java.util.Optional;

/** What Prometheus scrapes: each part binds its own ({@link facteur.server.metrics}). */
final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProcessMeters process = new ProcessMeters();
    private final Runnable refresh;

    /**
     * @param refresh looks, before each scrape, at what is not counted as it happens
     */
    Telemetry(List<MeterBinder> parts, Runnable refresh) {
        this.refresh = refresh;
        process.bindTo(registry);
        parts.forEach(part -> part.bindTo(registry));
        // Micrometer takes the ending away, which only this kind may have.
        Info build =
                Info.builder()
                        .name("facteur_build")
                        .help("which Facteur, on which Java")
                        .labelNames("version", "java")
                        .register(registry.getPrometheusRegistry());
        build.setLabelValues(version(), Runtime.version().toString());
    }

    private static String version() {
        return Optional.ofNullable(Telemetry.class.getPackage().getImplementationVersion())
                .orElse("build-directory");
    }

    /** Everything, in Prometheus' text format. */
    String scrape() {
        refresh.run();
        return registry.scrape();
    }

    @Override
    public void close() {
        process.close();
        registry.close();
    }
}
