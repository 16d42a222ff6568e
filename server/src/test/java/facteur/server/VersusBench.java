package facteur.server;

import static org.awaitility.Awaitility.await;

import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.CountingSink;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.SinkOptions;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * Two builds of Facteur in turns of one run: processor time a message of relaying 4 KiB to a
 * hundred domains, each round a fresh process that is warmed first. A process is told by the median
 * of slices of five thousand messages, so that a compiler at work in one of them does not count.
 * The old build runs twice in each round: what it differs from itself is the noise that a
 * difference to the new one must exceed. Run by {@code bench/run ab REVISION}.
 */
@Tag("bench")
class VersusBench {
    private static final int WARM_UP = Integer.getInteger("bench.warmup", 60_000);
    private static final int MESSAGES = Integer.getInteger("bench.messages", 50_000);
    private static final int SLICE = 5_000;
    private static final int DOMAINS = 100;
    private static final int CONNECTIONS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private Path directory;

    @Test
    void old_and_new_in_turns() throws Exception {
        String old = System.getProperty("bench.old", "");
        String recent = System.getProperty("bench.new", "");
        Assumptions.assumeTrue(!old.isEmpty() && !recent.isEmpty(), "-Dbench.old and -Dbench.new");
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        for (int round = 1; round <= Integer.getInteger("bench.rounds", 5); round++) {
            for (String name : List.of("old", "new", "old again")) {
                double used = relay(name + " " + round, Path.of(name.equals("new") ? recent : old));
                millis.computeIfAbsent(name, _ -> new ArrayList<>()).add(used);
            }
        }
        double base = median(millis.getOrDefault("old", List.of()));
        double again = median(millis.getOrDefault("old again", List.of()));
        double changed = median(millis.getOrDefault("new", List.of()));
        System.out.printf(
                Locale.ROOT,
                "ab: old %.3f ms of processor a message, old again %.3f (%+.1f %%), new %.3f"
                        + " (%+.1f %%)%n",
                base,
                again,
                100 * (again / base - 1),
                changed,
                100 * (changed / base - 1));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private double relay(String name, Path dist) throws Exception {
        Path home = Files.createDirectories(directory.resolve(name.replace(' ', '-')));
        try (CountingSink sink =
                        CountingSink.start(
                                SinkOptions.defaults()
                                        .withListen(new InetSocketAddress("0.0.0.0", 0)));
                LoopbackDns dns = LoopbackDns.start(zone());
                ServeProcess facteur =
                        new ServeProcess(
                                command(
                                        dist,
                                        NoiseBench.config(home, dns, sink.address().getPort())))) {
            send(facteur, sink, WARM_UP);
            long start = System.nanoTime();
            List<Double> slices = new ArrayList<>();
            for (int sent = 0; sent < MESSAGES; sent += SLICE) {
                Duration before = facteur.processorTime();
                send(facteur, sink, SLICE);
                slices.add(facteur.processorTime().minus(before).toNanos() / 1e6 / SLICE);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.3f ms of processor a message (%.3f to %.3f), %.0f messages/s%n",
                    name,
                    median(slices),
                    Collections.min(slices),
                    Collections.max(slices),
                    MESSAGES * 1e9 / (System.nanoTime() - start));
            return median(slices);
        }
    }

    private static void send(ServeProcess facteur, CountingSink sink, int messages)
            throws Exception {
        long before = sink.counts().messages();
        LoadSource.run(
                LoadOptions.to(facteur.submission(), messages, CONNECTIONS)
                        .recipients("user%d@d%d.relay.lab", DOMAINS, 1)
                        .from("load@sender.example")
                        .build());
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sink.counts().messages() - before >= messages);
    }

    /** Each build from its own jars. */
    private static List<String> command(Path dist, Path config) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m",
                "-cp",
                dist.resolve("lib") + "/*",
                main(dist),
                "serve",
                "--config",
                config.toString());
    }

    /** Where the entry point was before it moved to the commands, it still is in older builds. */
    private static String main(Path dist) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(dist.resolve("lib"), "*.jar")) {
            for (Path jar : jars) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    if (file.getEntry("facteur/server/cli/Main.class") != null) {
                        return "facteur.server.cli.Main";
                    }
                }
            }
        }
        return "facteur.server.Main";
    }

    private static Zone zone() {
        Zone zone = new Zone();
        for (int i = 0; i < DOMAINS; i++) {
            zone.mx("d" + i + ".relay.lab", 10, "mx.d" + i + ".relay.lab");
            zone.a("mx.d" + i + ".relay.lab", "127.0.1." + (i + 1));
        }
        return zone;
    }
}
