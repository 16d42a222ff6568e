package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.GarbageCollectionNotificationInfo;

import facteur.server.LabServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** How long a million addresses take from a file into the views. */
@Tag("bench")
class SuppressionImportBench {
    private static final int ROWS = 1_000_000;

    @TempDir private Path directory;

    @Test
    void a_million_addresses() throws Exception {
        Path list = directory.resolve("million.csv");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("address,cause,why\n");
            for (int i = 0; i < ROWS; i++) {
                out.write("reader" + i * 7919L % ROWS + "@d" + i % 5000 + ".example,complaint,x\n");
            }
        }
        AtomicLong live = new AtomicLong();
        watchHeap(live);
        try (LabServer facteur = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            long begin = System.nanoTime();
            Ran ran = Ran.of(config, "suppression", "import", list.toString());
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertEquals(0, ran.status(), ran::toString);
            List<String> progress = ran.err().lines().filter(l -> l.endsWith(" lines")).toList();
            assertEquals(10, progress.size(), "one line for each hundred thousand");
            assertEquals("1000000 of 1000000 lines", progress.getLast());
            System.out.printf(
                    "import of %,d suppressions: %.1f s, %,.0f a second; most heap in use after a"
                            + " collection, client and server together: %d MiB%n",
                    ROWS,
                    took.toMillis() / 1000.0,
                    ROWS * 1000.0 / took.toMillis(),
                    live.get() >> 20);
            assertTrue(live.get() < 200L << 20, "the heap does not grow with the file");
        }
    }

    /** Notes the most that any collection left. */
    private static void watchHeap(AtomicLong live) {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, _) -> {
                                var info =
                                        GarbageCollectionNotificationInfo.from(
                                                (CompositeData) notification.getUserData());
                                long left =
                                        info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                                                .filter(e -> e.getKey().startsWith("G1"))
                                                .mapToLong(e -> e.getValue().getUsed())
                                                .sum();
                                live.accumulateAndGet(left, Math::max);
                            },
                            null,
                            null);
        }
    }
}
