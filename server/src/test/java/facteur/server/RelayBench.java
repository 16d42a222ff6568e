package facteur.server;

import static org.awaitility.Awaitility.await;

import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.CountingSink;
import facteur.testkit.smtp.LoadListener;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadReport;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.SinkOptions;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
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
    private static final int POSTFIX_MESSAGES = 15_000;
    private static final int DOMAINS = 100;
    private static final int FAST = 6_000;
    // What leaves processor time for the others: what is asked is whether they are in the way.
    private static final int EASY = 1000;
    private static final int AS_FAST_AS_IT_GOES = 0;
    private static final int SLOW = 2_000;
    private static final int SLOW_SITES = 200;
    // With bench.jvm for instance a recording: -XX:StartFlightRecording=filename=...
    private static final List<String> HEAP =
            List.of(System.getProperty("bench.jvm", "-Xmx512m").split(" ", -1));
    private static final int CONNECTIONS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private Path directory;

    @Test
    void a_hundred_domains_beside_postfix() throws Exception {
        try (CountingSink sink = CountingSink.start(sink("0.0.0.0", 0, Duration.ZERO));
                LoopbackDns dns = LoopbackDns.start(zone(DOMAINS));
                ServeProcess facteur =
                        new ServeProcess(config(dns, sink.address().getPort(), ""), HEAP)) {
            relay("facteur, warm-up", facteur, sink, WARM_UP);
            relay("facteur", facteur, sink, MESSAGES);
        }
        try (CountingSink sink = CountingSink.start(sink("127.0.0.1", 0, Duration.ZERO));
                PostfixServer postfix = PostfixServer.relay(directory, sink.address().getPort())) {
            InetSocketAddress at =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), postfix.port());
            long pid = postfix.pid();
            Measured warm = measure(at, sink, POSTFIX_MESSAGES, () -> ServeProcess.familyTime(pid));
            System.out.println("postfix, warm-up: " + warm);
            Measured measured =
                    measure(at, sink, POSTFIX_MESSAGES, () -> ServeProcess.familyTime(pid));
            System.out.println("postfix: " + measured);
        }
    }

    /** In turns, so that what else the machine does is shared out. */
    @Test
    void with_the_mail_log_and_without() throws Exception {
        for (int round = 0; round < Integer.getInteger("bench.rounds", 3); round++) {
            for (String log : List.of("off", "stdout", directory.resolve("mail.log").toString())) {
                String more = "logging: { mail: \"" + log + "\" }";
                try (CountingSink sink = CountingSink.start(sink("0.0.0.0", 0, Duration.ZERO));
                        LoopbackDns dns = LoopbackDns.start(zone(DOMAINS));
                        ServeProcess facteur =
                                new ServeProcess(
                                        config(dns, sink.address().getPort(), "", more), HEAP)) {
                    relay(
                            "mail log " + log + ", warm-up",
                            facteur,
                            sink,
                            Integer.getInteger("bench.messages", WARM_UP / 2));
                    relay(
                            "mail log " + log,
                            facteur,
                            sink,
                            Integer.getInteger("bench.messages", MESSAGES / 3));
                }
            }
        }
    }

    @Test
    void a_fast_site_among_two_hundred_that_answer_after_a_second() throws Exception {
        try (CountingSink fast = CountingSink.start(sink("127.0.3.1", 0, Duration.ZERO));
                CountingSink slow =
                        CountingSink.start(
                                sink(
                                        "127.0.3.2",
                                        fast.address().getPort(),
                                        Duration.ofSeconds(1)));
                LoopbackDns dns = LoopbackDns.start(fastAndSlow());
                ServeProcess facteur =
                        new ServeProcess(
                                config(dns, fast.address().getPort(), ", shaping: " + presets()),
                                HEAP)) {
            fastSite(facteur, fast, 4 * FAST, AS_FAST_AS_IT_GOES);
            for (int rate : new int[] {EASY, AS_FAST_AS_IT_GOES}) {
                double alone = fastSite(facteur, fast, FAST, rate);
                Duration used = facteur.processorTime();
                long slowBefore = slow.counts().messages();
                LoadSource background =
                        LoadSource.start(
                                LoadOptions.to(facteur.submission(), SLOW, 4)
                                        .recipients("user%d@s%d.slow.lab", SLOW_SITES, 1)
                                        .from("load@sender.example")
                                        .rate(SLOW / 20)
                                        .build(),
                                new LoadListener() {});
                double among = fastSite(facteur, fast, FAST, rate);
                background.close();
                System.out.printf(
                        Locale.ROOT,
                        "a fast site, fed %s: %.0f messages/s alone, %.0f among %d sites that"
                                + " answer after a second (%.1f %%); these took %d meanwhile, all"
                                + " of it cost %d ms of processor%n",
                        rate == AS_FAST_AS_IT_GOES ? "as fast as it goes" : rate + "/s",
                        alone,
                        among,
                        SLOW_SITES,
                        100 * among / alone,
                        slow.counts().messages() - slowBefore,
                        facteur.processorTime().minus(used).toMillis());
            }
        }
    }

    private static double fastSite(ServeProcess facteur, CountingSink sink, int messages, int rate)
            throws Exception {
        long before = sink.counts().messages();
        long start = System.nanoTime();
        LoadOptions.Builder load =
                LoadOptions.to(facteur.submission(), messages, CONNECTIONS)
                        .recipients("user%d@fast%d.lab", 1, 1)
                        .from("load@sender.example");
        LoadSource.run(rate == AS_FAST_AS_IT_GOES ? load.build() : load.rate(rate).build());
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> sink.counts().messages() - before >= messages);
        return messages * 1e9 / (System.nanoTime() - start);
    }

    private static Zone fastAndSlow() {
        Zone zone = new Zone();
        zone.mx("fast0.lab", 10, "mx.fast0.lab").a("mx.fast0.lab", "127.0.3.1");
        for (int i = 0; i < SLOW_SITES; i++) {
            zone.mx("s" + i + ".slow.lab", 10, "mx.s" + i + ".slow.lab");
            zone.a("mx.s" + i + ".slow.lab", "127.0.3.2");
        }
        return zone;
    }

    /** Without them, no site would get more than a hundred messages a second. */
    private Path presets() throws IOException {
        Path file = directory.resolve("shaping.yaml");
        Files.writeString(
                file,
                """
                version: "bench"
                defaults: { messages: 100/s, connections: 10 }
                sites:
                  fast: { mx: [fast0.lab], connections: 20, messages: 100000/s, new_connections: 1000/s }
                """);
        return file;
    }

    /** What came of one round. */
    private record Measured(double perSecond, double processorMillis, String takenIn) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.0f messages/s end to end, %.3f ms processor a message; taken in: %s",
                    perSecond,
                    processorMillis,
                    takenIn);
        }
    }

    /** Tells the processor time used so far. */
    private interface Meter {
        Duration used() throws IOException;
    }

    private static Measured measure(
            InetSocketAddress to, CountingSink sink, int messages, Meter meter) throws Exception {
        long before = sink.counts().messages();
        Duration processor = meter.used();
        long start = System.nanoTime();
        LoadReport report = LoadSource.run(load(to, messages));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sink.counts().messages() - before >= messages);
        double seconds = (System.nanoTime() - start) / 1e9;
        double used = meter.used().minus(processor).toNanos() / 1e6;
        return new Measured(messages / seconds, used / messages, report.toString());
    }

    private static void relay(String name, ServeProcess facteur, CountingSink sink, int messages)
            throws Exception {
        Measured measured = measure(facteur.submission(), sink, messages, facteur::processorTime);
        System.out.println(
                name + ": " + measured + "; " + (facteur.residentKiB() >> 10) + " MiB resident");
    }

    private static LoadOptions load(InetSocketAddress to, int messages) {
        return LoadOptions.to(to, messages, CONNECTIONS)
                .recipients("user%d@d%d.relay.lab", DOMAINS, 1)
                .from("load@sender.example")
                .build();
    }

    private static SinkOptions sink(String address, int port, Duration latency) {
        return SinkOptions.defaults()
                .withListen(new InetSocketAddress(address, port))
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

    private Path config(LoopbackDns dns, int port, String delivery) throws IOException {
        return config(dns, port, delivery, "");
    }

    /** With a data directory of its own each time. */
    private Path config(LoopbackDns dns, int port, String delivery, String more)
            throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file,
                """
                hostname: mail.sender.example
                data_dir: %s
                submission: { listeners: [{ address: "127.0.0.1:0", tls: none }], trust_loopback: true, require_tls_for_auth: false }
                credentials: [{ user: app, password: "correct horse", campaigns: any }]
                dns: { servers: ["127.0.0.1:%d"] }
                delivery: { port: %d, allow_networks: ["127.0.0.0/8"]%s }
                tracker: { listen: "127.0.0.1:0" }
                admin: { listen: "127.0.0.1:0", initial_password: "a long password" }
                %s
                """
                        .formatted(
                                Files.createTempDirectory(directory, "data"),
                                dns.address().getPort(),
                                port,
                                delivery,
                                more));
        return file;
    }
}
