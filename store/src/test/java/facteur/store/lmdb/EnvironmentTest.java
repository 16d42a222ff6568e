package facteur.store.lmdb;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.store.fold.Keys;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class EnvironmentTest {
    private static final int SMALL_MAP = 1 << 20;
    private static final int ROW = 1000;

    @TempDir private Path directory;

    private Environment open(int map) throws IOException {
        return Environment.open(directory, map, Environment.Mode.DURABLE, FileOpener.real());
    }

    private static void write(Environment environment, int from, int count) {
        environment.write(
                rows -> {
                    for (int i = from; i < from + count; i++) {
                        rows.put(Table.CONTACTS, Keys.contact(i), new byte[ROW]);
                    }
                });
    }

    private static int count(Environment environment) {
        return environment.read(
                rows -> {
                    int[] count = {0};
                    rows.scan(Table.CONTACTS, new byte[0], (_, _) -> ++count[0] > 0);
                    return count[0];
                });
    }

    @Test
    void the_map_grows_while_others_read() throws Exception {
        try (Environment environment = open(SMALL_MAP)) {
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger most = new AtomicInteger();
            CompletableFuture<Void> reader =
                    CompletableFuture.runAsync(
                            () -> {
                                while (!done.get()) {
                                    int seen = count(environment);
                                    assertTrue(seen >= most.get(), "rows went missing");
                                    most.set(seen);
                                }
                            });
            for (int i = 0; i < 80; i++) {
                write(environment, i * 100, 100);
            }
            done.set(true);
            reader.join();
            assertEquals(8000, count(environment));
            assertTrue(environment.octets() > 8L * SMALL_MAP / 2, "it grew only a little");
        }
        // The next start maps what there is, however small the first map was.
        try (Environment environment = open(SMALL_MAP)) {
            assertEquals(8000, count(environment));
        }
    }

    @Test
    void a_batch_larger_than_the_map_is_written_whole() throws Exception {
        try (Environment environment = open(SMALL_MAP)) {
            write(environment, 0, 5 * SMALL_MAP / ROW);
            assertEquals(5 * SMALL_MAP / ROW, count(environment));
        }
    }

    @Test
    void whoever_reads_for_long_is_known_by_name() throws Exception {
        try (Environment environment = open(SMALL_MAP)) {
            assertEquals(Duration.ZERO, environment.oldestReader());
            CountDownLatch reads = new CountDownLatch(1);
            CountDownLatch enough = new CountDownLatch(1);
            Thread reader =
                    Thread.ofPlatform()
                            .name("slow-reader")
                            .start(() -> environment.read(_ -> hold(reads, enough)));
            reads.await();
            await().until(() -> environment.oldestReader().compareTo(Duration.ZERO) > 0);
            assertEquals(
                    Set.of("slow-reader"), environment.readingLongerThan(Duration.ZERO).keySet());
            assertEquals(Set.of(), environment.readingLongerThan(Duration.ofDays(1)).keySet());
            enough.countDown();
            reader.join();
            assertEquals(Duration.ZERO, environment.oldestReader());
        }
    }

    private static boolean hold(CountDownLatch reads, CountDownLatch enough) {
        reads.countDown();
        try {
            enough.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
