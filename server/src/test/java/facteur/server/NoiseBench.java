package facteur.server;

import static org.awaitility.Awaitility.await;

import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.LoadListener;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.NoisySink;

import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Ten domains, eight recipients of a hundred refused in ordinary ways: how soon the others arrive,
 * with Facteur and with Postfix in one run, over the same kind of sink.
 */
@Tag("bench")
class NoiseBench {
    private static final int WARMING = 3_000;
    private static final int MESSAGES = 3_000;
    private static final int DOMAINS = 10;
    private static final int CONNECTIONS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long GOOD =
            LongStream.range(0, MESSAGES).filter(NoisySink::isGood).count();

    @TempDir private Path directory;

    @Test
    void good_recipients_beside_postfix() throws Exception {
        int rounds = Integer.getInteger("bench.rounds", 3);
        for (int round = 1; round <= rounds; round++) {
            facteur(round);
            postfix(round);
        }
    }

    private void facteur(int round) throws Exception {
        Path home = Files.createDirectories(directory.resolve("facteur" + round));
        try (NoisySink sink = NoisySink.start(new InetSocketAddress(0));
                LoopbackDns dns = LoopbackDns.start(zone());
                ServeProcess facteur =
                        new ServeProcess(
                                config(home, dns, sink.address().getPort()), List.of("-Xmx512m"))) {
            run("facteur", sink, facteur.submission());
        }
    }

    private void postfix(int round) throws Exception {
        Path home = Files.createDirectories(directory.resolve("postfix" + round));
        try (NoisySink sink =
                        NoisySink.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                PostfixServer postfix = PostfixServer.relay(home, sink.address().getPort())) {
            run(
                    "postfix",
                    sink,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), postfix.port()));
        }
    }

    private static void run(String name, NoisySink sink, InetSocketAddress to) throws Exception {
        // None of these is refused: both servers are asked while they run, not while they start.
        send(name, sink, load(to, WARMING, "warm%d99@d%d.noise.lab"), WARMING);
        long start = System.nanoTime();
        send(name, sink, load(to, MESSAGES, "user%d@d%d.noise.lab"), WARMING + GOOD);
        List<Long> arrivals = sink.arrivals().stream().filter(at -> at > start).toList();
        System.out.printf(
                Locale.ROOT,
                "%s: %d of %d good recipients; p50 %.2f s, p95 %.2f s, last %.2f s; %d"
                        + " connections%n",
                name,
                arrivals.size(),
                GOOD,
                seconds(arrivals, start, 0.50),
                seconds(arrivals, start, 0.95),
                seconds(arrivals, start, 1),
                sink.connections());
    }

    private static LoadOptions load(InetSocketAddress to, int messages, String recipients) {
        return LoadOptions.to(to, messages, CONNECTIONS)
                .recipients(recipients, DOMAINS, 1)
                .from("load@sender.example")
                .build();
    }

    private static void send(String name, NoisySink sink, LoadOptions load, long arrivals)
            throws Exception {
        try (LoadSource _ = LoadSource.start(load, new LoadListener() {})) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> sink.arrivals().size() >= arrivals);
        } catch (ConditionTimeoutException e) {
            System.out.println(name + ": not all had arrived after " + PATIENCE);
        }
    }

    private static double seconds(List<Long> arrivals, long start, double share) {
        int at = Math.clamp((long) Math.ceil(arrivals.size() * share) - 1, 0, arrivals.size() - 1);
        return (arrivals.get(at) - start) / 1e9;
    }

    private static Zone zone() {
        Zone zone = new Zone();
        for (int i = 0; i < DOMAINS; i++) {
            zone.mx("d" + i + ".noise.lab", 10, "mx.d" + i + ".noise.lab");
            zone.a("mx.d" + i + ".noise.lab", "127.0.1." + (i + 1));
        }
        return zone;
    }

    static Path config(Path home, LoopbackDns dns, int port) throws Exception {
        Path file = home.resolve("facteur.yaml");
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
                        .formatted(home.resolve("data"), dns.address().getPort(), port));
        return file;
    }
}
