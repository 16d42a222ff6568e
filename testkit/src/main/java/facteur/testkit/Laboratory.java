package facteur.testkit;

import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.ProviderOptions;
import facteur.testkit.smtp.ProviderPreset;
import facteur.testkit.smtp.ProviderSimulator;
import facteur.testkit.smtp.TakenMessage;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A whole outside world on loopback: a DNS server and one provider for each preset. Provider number
 * n (from 1, in the order of {@link ProviderPreset#names()}) listens on 127.0.1.n, all on one port,
 * since delivery uses one port for the world.
 *
 * <p>Mail for {@code gmail.lab} and for any domain below it goes to the provider "gmail", and so
 * for each preset. Further domains: {@code nullmx.lab} takes no mail, {@code nowhere.lab} does not
 * exist, {@code servfail.lab} and {@code silent.lab} have broken DNS, {@code slow.lab} has slow
 * DNS, {@code closed.lab} leads to an address where nobody listens.
 */
public final class Laboratory implements AutoCloseable {
    private static final int ATTEMPTS = 20;
    private static final String NOBODY = "127.0.1.254";

    private final LoopbackDns dns;
    private final Map<String, ProviderSimulator> providers;

    private Laboratory(LoopbackDns dns, Map<String, ProviderSimulator> providers) {
        this.dns = dns;
        this.providers = providers;
    }

    /**
     * Starts everything.
     *
     * @throws IOException when the ports cannot be had
     */
    public static Laboratory start(LaboratoryOptions options) throws IOException {
        return start(options, InstantSource.system(), _ -> {});
    }

    /** Starts everything; the listener is told of each message any provider takes. */
    public static Laboratory start(
            LaboratoryOptions options, InstantSource clock, Consumer<TakenMessage> listener)
            throws IOException {
        Map<String, ProviderSimulator> providers = startProviders(options, clock, listener);
        try {
            var at = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), options.dnsPort());
            return new Laboratory(LoopbackDns.start(zone(providers), at), providers);
        } catch (IOException failed) {
            providers.values().forEach(ProviderSimulator::close);
            throw failed;
        }
    }

    private static Map<String, ProviderSimulator> startProviders(
            LaboratoryOptions options, InstantSource clock, Consumer<TakenMessage> listener)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            Map<String, ProviderSimulator> started = new LinkedHashMap<>();
            try {
                int port = options.smtpPort();
                for (String preset : ProviderPreset.names()) {
                    ProviderSimulator provider =
                            ProviderSimulator.start(
                                    provider(preset, started.size() + 1, port, options),
                                    clock,
                                    listener);
                    started.put(preset, provider);
                    port = provider.address().getPort();
                }
                return started;
            } catch (BindException taken) {
                // A port that is free on one address may be taken on the next; another one will do.
                started.values().forEach(ProviderSimulator::close);
                if (options.smtpPort() != 0 || attempt == ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static ProviderOptions provider(
            String preset, int number, int port, LaboratoryOptions options) {
        ProviderOptions.Builder builder =
                ProviderOptions.with(preset)
                        .listen(
                                new InetSocketAddress(
                                        InetAddress.ofLiteral("127.0.1." + number), port))
                        .greylistFor(options.greylistFor())
                        .feedbackAfter(options.feedbackAfter());
        Optional<InetSocketAddress> relay = options.feedbackRelay();
        return options.change().apply(relay.map(builder::feedbackRelay).orElse(builder)).build();
    }

    private static Zone zone(Map<String, ProviderSimulator> providers) {
        Zone zone = new Zone();
        providers.forEach(
                (preset, provider) -> {
                    String host = provider.options().hostName();
                    String domain = preset + ".lab";
                    zone.mx(domain, 10, host).mx("*." + domain, 10, host);
                    zone.a(host, provider.address().getAddress().getHostAddress())
                            .ptr(provider.address().getAddress(), host);
                });
        return zone.nullMx("nullmx.lab")
                .servfail("servfail.lab")
                .silent("silent.lab")
                .mx("slow.lab", 10, "mx.plain.lab")
                .slow("slow.lab", Duration.ofSeconds(2))
                .mx("closed.lab", 10, "mx.closed.lab")
                .a("mx.closed.lab", NOBODY);
    }

    public LoopbackDns dns() {
        return dns;
    }

    /** The providers by preset. */
    public Map<String, ProviderSimulator> providers() {
        return Map.copyOf(providers);
    }

    /**
     * One provider.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public ProviderSimulator provider(String preset) {
        ProviderSimulator provider = providers.get(preset);
        if (provider == null) {
            throw new IllegalArgumentException(
                    "no provider \""
                            + preset
                            + "\" in the laboratory; there are "
                            + providers.keySet());
        }
        return provider;
    }

    /** The port all providers listen on. */
    public int smtpPort() {
        return providers.values().iterator().next().address().getPort();
    }

    /** All messages any provider has kept. */
    public List<TakenMessage> taken() {
        return providers.values().stream().flatMap(p -> p.log().all().stream()).toList();
    }

    @Override
    public void close() {
        dns.close();
        providers.values().forEach(ProviderSimulator::close);
    }
}
