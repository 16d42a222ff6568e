package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.Settings;
import facteur.store.Rebuild;
import facteur.store.Store;
import facteur.store.Verification;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.LoadListener;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadSource;
import facteur.testkit.smtp.TakenMessage;
import facteur.testkit.time.Seeds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * The process is killed in the middle of its work, again and again: what it acknowledged is
 * delivered all the same.
 */
class KillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MESSAGES = 4000;
    private static final int CONNECTIONS = 8;
    private static final List<String> QUICKLY_UP = List.of("-XX:TieredStopAtLevel=1");

    /** Octets of messages of which some hundreds fill a segment. */
    private static final int SOON_A_SEGMENT = 40_000;

    @TempDir private Path directory;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> arrived = new ConcurrentHashMap<>();

    @Test
    void ten_kills_lose_nothing_that_was_acknowledged() throws Exception {
        kill(List.of(), 10);
    }

    @Test
    void a_death_at_any_write_point_loses_nothing_that_was_acknowledged() throws Exception {
        kill(KillingDisk.points(), 0);
    }

    @Test
    @Tag("long")
    void two_hundred_kills_lose_nothing_that_was_acknowledged() throws Exception {
        List<String> points = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            points.addAll(KillingDisk.points());
        }
        kill(points, 100);
    }

    /** Kills at each of the points, and then so many times at any moment. */
    private void kill(List<String> points, int times) throws Exception {
        Seeds seeds = Seeds.fromProperty();
        RandomGenerator chance = seeds.random();
        try (Laboratory lab =
                Laboratory.start(
                        LaboratoryOptions.defaults(), InstantSource.system(), this::take)) {
            Settings settings = LabServer.settings(directory, lab, "").settings();
            List<String> missed = new ArrayList<>();
            for (String point : points) {
                if (!dieAt(point, KillingDisk.isBusy(point) ? chance.nextInt(1, 60) : 1)) {
                    missed.add(point);
                }
            }
            for (int i = 0; i < times; i++) {
                killWithin(chance.nextInt(10, 600), seeds);
            }
            try (ServeProcess _ = serve()) {
                awaitArrivals();
            }
            report(points.size() + times, settings, seeds);
            assertEquals(List.of(), missed, "never reached; " + seeds);
            sameViewsWhenRebuilt(settings);
        }
    }

    private void killWithin(int millis, Seeds seeds) throws Exception {
        try (ServeProcess child = serve()) {
            CountDownLatch first = new CountDownLatch(1);
            LoadSource source = LoadSource.start(load(child.submission(), 2000), listener(first));
            assertTrue(
                    first.await(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                    "nothing was acknowledged; " + seeds);
            // Not a wait for something to happen: the kill must come at a random instant.
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            child.kill();
            source.close();
        }
    }

    /** Whether the process came so far as to die there. */
    private boolean dieAt(String point, int time) throws Exception {
        try (ServeProcess child =
                new ServeProcess(
                        ServeProcess.command(
                                DyingMain.class,
                                QUICKLY_UP,
                                List.of(config().toString(), point, Integer.toString(time))))) {
            LoadSource source =
                    LoadSource.start(
                            load(child.submission(), SOON_A_SEGMENT),
                            listener(new CountDownLatch(1)));
            boolean died = child.awaitDeath(PATIENCE);
            child.kill();
            source.close();
            return died;
        } catch (ServeProcess.DiedEarly e) {
            return true;
        }
    }

    private Path config() {
        return directory.resolve("facteur.yaml");
    }

    /** Until all have arrived, or none for a while: how many there are depends on the machine. */
    private void awaitArrivals() {
        for (long left = missing(); left > 0; ) {
            long before = left;
            Instant over = Instant.now().plus(PATIENCE);
            await().forever().until(() -> missing() < before || Instant.now().isAfter(over));
            left = missing() < before ? missing() : 0;
        }
    }

    private long missing() {
        return acknowledged.stream().filter(id -> !arrived.containsKey(id)).count();
    }

    private void report(int kills, Settings settings, Seeds seeds) throws IOException {
        long twice = arrived.values().stream().filter(count -> count > 1).count();
        long lost = missing();
        System.out.printf(
                "%d kills: %d acknowledged, %d lost, %d arrived more than once%n",
                kills, acknowledged.size(), lost, twice);
        // At worst one message for each connection that was open at a kill: ten to each of six
        // providers.
        assertTrue(twice <= kills * 60L, twice + " arrived twice; " + seeds);
        assertEquals(0, lost, () -> seeds + "; owed still: " + owed(settings));
    }

    /** What waits for what, to see whether the missing are lost or late. */
    private static String owed(Settings settings) {
        try (Store store = Store.open(options(settings))) {
            List<String> owed = new ArrayList<>();
            var pending = store.views().queue().pending(Optional.empty(), Integer.MAX_VALUE);
            owed.add(pending.size() + " recipients, paths " + store.views().queue().paths());
            pending.stream()
                    .limit(5)
                    .forEach(
                            each ->
                                    owed.add(
                                            store.views()
                                                    .messages()
                                                    .timeline(each.id())
                                                    .toString()));
            return String.join("\n", owed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sameViewsWhenRebuilt(Settings settings) throws IOException {
        Store.Options options = options(settings);
        List<String> before = rows(options);
        assertEquals(List.of(), Verification.run(options, _ -> {}).problems());
        Rebuild.run(options, _ -> {});
        assertEquals(before, rows(options));
    }

    private static Store.Options options(Settings settings) {
        return new Store.Options(
                settings.dataDir(),
                (int) settings.store().segmentSize().bytes(),
                FileOpener.real());
    }

    /** A hash of each table: the rows themselves are too many to compare as text. */
    private static List<String> rows(Store.Options options) throws IOException {
        try (Store store = Store.open(options)) {
            return store.rows(
                    rows -> {
                        List<String> tables = new ArrayList<>();
                        for (Table table : Table.values()) {
                            CRC32C crc = new CRC32C();
                            long[] count = {0};
                            rows.scan(
                                    table,
                                    new byte[0],
                                    (key, value) -> {
                                        crc.update(key);
                                        crc.update(value);
                                        return ++count[0] > 0;
                                    });
                            tables.add(table + " " + count[0] + " rows " + crc.getValue());
                        }
                        return tables;
                    });
        }
    }

    private static LoadOptions load(InetSocketAddress to, int size) {
        return LoadOptions.to(to, MESSAGES, CONNECTIONS)
                .login(LabServer.USER, LabServer.PASSWORD)
                .recipients("user%d@d%d.gmail.lab", 10, 1)
                .campaign("kill")
                .size(size)
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

    private void take(TakenMessage takenMessage) {
        takenMessage.header("X-Lab-Id").ifPresent(id -> arrived.merge(id, 1, Integer::sum));
    }

    private ServeProcess serve() throws IOException {
        return new ServeProcess(config(), QUICKLY_UP);
    }
}
