package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.LoadListener;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.Taken;
import facteur.testkit.time.Seeds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The process is killed in the middle of its work, again and again: what it acknowledged is
 * delivered all the same.
 */
class KillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MESSAGES = 4000;
    private static final int CONNECTIONS = 8;

    @TempDir private Path directory;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> arrived = new ConcurrentHashMap<>();

    @Test
    void twenty_kills_lose_nothing_that_was_acknowledged() throws Exception {
        kill(20);
    }

    @Test
    @Tag("long")
    void two_hundred_kills_lose_nothing_that_was_acknowledged() throws Exception {
        kill(200);
    }

    private void kill(int times) throws Exception {
        Seeds seeds = Seeds.fromProperty();
        RandomGenerator chance = seeds.random();
        try (Laboratory lab =
                Laboratory.start(
                        LaboratoryOptions.defaults(), InstantSource.system(), this::take)) {
            LabServer.settings(directory, lab, "");
            for (int i = 0; i < times; i++) {
                try (Child child = new Child(directory.resolve("facteur.yaml"))) {
                    CountDownLatch first = new CountDownLatch(1);
                    LoadSource source = LoadSource.start(load(child.submission()), listener(first));
                    assertTrue(
                            first.await(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                            "nothing was acknowledged; " + seeds);
                    // Not a wait for something to happen: the kill must come at a random instant.
                    new CountDownLatch(1).await(chance.nextInt(10, 600), TimeUnit.MILLISECONDS);
                    child.kill();
                    source.close();
                }
            }
            try (Child _ = new Child(directory.resolve("facteur.yaml"))) {
                await().atMost(PATIENCE).until(() -> arrived.keySet().containsAll(acknowledged));
            }
            long twice = arrived.values().stream().filter(count -> count > 1).count();
            System.out.printf(
                    "%d kills: %d acknowledged, %d lost, %d arrived more than once%n",
                    times,
                    acknowledged.size(),
                    acknowledged.stream().filter(id -> !arrived.containsKey(id)).count(),
                    twice);
            // At worst one message for each connection that was open at a kill: ten to each of six
            // providers.
            assertTrue(twice <= times * 60L, twice + " arrived twice; " + seeds);
            assertEquals(0, acknowledged.stream().filter(id -> !arrived.containsKey(id)).count());
        }
    }

    private static LoadOptions load(InetSocketAddress to) {
        return LoadOptions.to(to, MESSAGES, CONNECTIONS)
                .login(LabServer.USER, LabServer.PASSWORD)
                .recipients("user%d@d%d.gmail.lab", 10, 1)
                .campaign("kill")
                .size(2000)
                .build();
    }

    private LoadListener listener(CountDownLatch first) {
        return new LoadListener() {
            @Override
            public void acknowledged(String id, List<String> recipients) {
                acknowledged.add(id);
                first.countDown();
            }
        };
    }

    private void take(Taken taken) {
        taken.header("X-Lab-Id").ifPresent(id -> arrived.merge(id, 1, Integer::sum));
    }

    /** A server in a process of its own. */
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final InetSocketAddress submission;

        Child(Path config) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(
                    List.of(
                            "--add-opens",
                            "java.base/java.nio=ALL-UNNAMED",
                            "--add-opens",
                            "java.base/sun.nio.ch=ALL-UNNAMED",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "facteur.server.Main",
                            "serve",
                            "--config",
                            config.toString()));
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            submission = awaitReady();
        }

        private InetSocketAddress awaitReady() throws IOException {
            BufferedReader output =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            List<String> seen = new ArrayList<>();
            int port = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                seen.add(line);
                if (line.startsWith("submission at ") && port == 0) {
                    port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
                }
                if (line.equals("ready")) {
                    drain(output);
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
                }
            }
            throw new IOException("the server ended: " + seen);
        }

        private static void drain(BufferedReader output) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    while (output.readLine() != null) {
                                        // Read so that the child never waits for us.
                                    }
                                } catch (IOException e) {
                                    // The child is gone.
                                }
                            });
        }

        InetSocketAddress submission() {
            return submission;
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        @Override
        public void close() {
            kill();
        }
    }
}
