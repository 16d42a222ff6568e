package facteur.server.metrics;

import facteur.mta.delivery.TlsMemory;
import facteur.mta.routing.Router;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The resolver, and TLS with the hosts of others. */
public record RoutingMeters(Router router, TlsMemory tls) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        new PartMeters<>(registry, router)
                .flag(
                        "facteur_dns_silent",
                        "1 while the resolver answers nothing",
                        r ->
                                r.trouble()
                                        .filter(Router.Trouble.Silent.class::isInstance)
                                        .isPresent())
                .flag(
                        "facteur_dns_denying",
                        "1 while the resolver denies domains that had hosts lately, and is not"
                                + " believed",
                        r ->
                                r.trouble()
                                        .filter(Router.Trouble.Denying.class::isInstance)
                                        .isPresent());
        new PartMeters<>(registry, tls)
                .counter(
                        "facteur_delivery_tls_failures",
                        "attempts at TLS with a host that failed",
                        TlsMemory::failures)
                .counter(
                        "facteur_delivery_tls_sessions_in_clear",
                        "sessions in clear text because TLS with the host fails",
                        TlsMemory::sessionsInClear)
                .gauge(
                        "facteur_delivery_tls_hosts_in_clear",
                        "hosts whose mail goes in clear text because their TLS fails",
                        t -> t.inClear().size());
    }
}
