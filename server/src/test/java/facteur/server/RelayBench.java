package facteur.server;

import static org.awaitility.Awaitility.await;

import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.CountingSink;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadReport;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.SinkOptions;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Relaying, end to end: a source hands in messages of 4 KiB for a hundred domains, Facteur makes
 * them durable and hands them over to a sink. Source, sink and server share the machine.
 */
@Tag("bench")
class RelayBench {
    private static final int WARM_UP = 40_000;
    private static final int MESSAGES = 60_000;
    private static final int DOMAINS = 100;
    private static final int CONNECTIONS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private Path directory;

    @Test
    void a_hundred_domains() throws Exception {
        try (CountingSink sink = CountingSink.start(sink(Duration.ZERO));
                LoopbackDns dns = LoopbackDns.start(zone(DOMAINS));
                ServeProcess facteur =
                        new ServeProcess(config(dns, sink.address().getPort()), List.of())) {
            relay("facteur, warm-up", facteur, sink, WARM_UP);
            relay("facteur", facteur, sink, MESSAGES);
        }
    }

    private static void relay(String name, ServeProcess facteur, CountingSink sink, int messages)
            throws Exception {
        long before = sink.counts().messages();
        Duration processor = facteur.processorTime();
        long start = System.nanoTime();
        LoadReport report = LoadSource.run(load(facteur.submission(), messages));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sink.counts().messages() - before >= messages);
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = facteur.processorTime().minus(processor).toNanos() / 1e6;
        System.out.printf(
                Locale.ROOT,
                "%s: %.0f messages/s end to end, %.3f ms processor a message, %d MiB resident;"
                        + " taken in: %s%n",
                name,
                messages / seconds,
                used / messages,
                facteur.residentKiB() >> 10,
                report);
    }

    private static LoadOptions load(InetSocketAddress to, int messages) {
        return LoadOptions.to(to, messages, CONNECTIONS)
                .recipients("user%d@d%d.relay.lab", DOMAINS, 1)
                .from("load@sender.example")
                .build();
    }

    private static SinkOptions sink(Duration latency) {
        return SinkOptions.defaults()
                .withListen(new InetSocketAddress("0.0.0.0", 0))
                .withLatency(latency);
    }

    /** Every domain has a host of its own, with a loopback address of its own. */
    private static Zone zone(int domains) {
        Zone zone = new Zone();
        for (int i = 0; i < domains; i++) {
            zone.mx("d" + i + ".relay.lab", 10, "mx.d" + i + ".relay.lab");
            zone.a("mx.d" + i + ".relay.lab", "127.0.1." + (i + 1));
        }
        return zone;
    }

    private Path config(LoopbackDns dns, int port) throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file,
                """
                hostname: mail.sender.example
                data_dir: %s
                submission: { listeners: [{ address: "127.0.0.1:0", tls: none }], trust_loopback: true, require_tls_for_auth: false }
                credentials: [{ user: app, password: "correct horse", campaigns: any }]
                dns: { servers: ["127.0.0.1:%d"] }
                delivery: { port: %d, allow_networks: ["127.0.0.0/8"] }
                tracker: { listen: "127.0.0.1:0" }
                admin: { listen: "127.0.0.1:0", initial_password: "a long password" }
                """
                        .formatted(directory.resolve("data"), dns.address().getPort(), port));
        return file;
    }
}
