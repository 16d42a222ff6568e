package facteur.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.lmdb.Environment;
import facteur.testkit.disk.PowerLoss;
import facteur.testkit.disk.SimulatedDisk;
import facteur.testkit.time.Seeds;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * The store on a disk that fails at any call and loses its power at any moment, turn by turn on one
 * thread. What was acknowledged is there after each start, once, in its order, to the last octet;
 * nothing is there that was not appended; what has been seen once stays; and the views are those of
 * a rebuild.
 */
class StoreSimulationTest {
    private static final int SEGMENT = 8 << 20;
    private static final int STEPS = 120;
    // Few: what is left of a torn batch would fit behind what is written over its beginning.
    private static final int[] SIZES = {700, 700, 700, 1_400, 1_400, 4_096, 300_000};
    private static final int PART = (2 << 20) - 100;

    @TempDir private Path directory;
    private int number;

    @Test
    void what_was_acknowledged_is_there_after_any_failure() throws Exception {
        run(Seeds.fromProperty(), 50);
    }

    @Test
    @Tag("long")
    void what_was_acknowledged_is_there_after_any_failure_many_times() throws Exception {
        run(Seeds.fromProperty(), 5_000);
    }

    private void run(Seeds seeds, int rounds) throws Exception {
        int starts = 0;
        int acknowledged = 0;
        for (int round = 0; round < rounds; round++) {
            Path place = directory.resolve("store" + number++);
            Trial trial = new Trial(place, seeds.round(round));
            trial.run();
            starts += trial.starts;
            acknowledged += trial.expected.size();
            Layout.deleteTree(place);
        }
        System.out.printf(
                "%d rounds from %s: %d starts, %d records acknowledged%n",
                rounds, seeds, starts, acknowledged);
        assertTrue(starts > rounds, "power was lost");
    }

    /** What was appended: as what, and with which octets. */
    private record Appended(Event event, byte[] octets, CompletableFuture<List<Position>> done) {}

    private static final class Trial {
        private final Path place;
        private final Seeds seeds;
        private final RandomGenerator random;
        private final SimulatedDisk disk;
        private final Deque<Runnable> besides = new ArrayDeque<>();
        private final List<String> trace = new ArrayList<>();
        // In the order in which they were appended, by this start of the store.
        private final List<Appended> underWay = new ArrayList<>();
        // In the order of the journal: must be there.
        final List<Event> expected = new ArrayList<>();
        private final Map<Event, byte[]> appended = new HashMap<>();
        private final List<RecipientId> recipients = new ArrayList<>();
        private Store store;
        private long ids;
        private int moments;
        private int failsAfter = Integer.MAX_VALUE;
        private boolean losesPower;
        private boolean full;
        int starts;

        Trial(Path place, Seeds seeds) throws IOException {
            this.place = place;
            this.seeds = seeds;
            this.random = new SplittableRandom(seeds.seed());
            this.disk = new SimulatedDisk(random);
            this.store = open();
        }

        private Store open() throws IOException {
            disk.trouble(this::trouble);
            starts++;
            besides.clear();
            return Store.idle(
                    new Store.Options(place, SEGMENT, new SimulatedFiles(disk.mount())),
                    besides::add);
        }

        private void trouble(SimulatedDisk.Call call, Path path) throws IOException {
            if (full && path.endsWith("filling") && call == SimulatedDisk.Call.WRITE) {
                throw new IOException("No space left on device");
            }
            if (++moments < failsAfter) {
                return;
            }
            failsAfter = Integer.MAX_VALUE;
            trace.add((losesPower ? "power lost at " : "failed at ") + call + " of " + path);
            if (losesPower) {
                throw new PowerLoss(call + " of " + path);
            }
            throw new IOException("Input/output error at " + call);
        }

        void run() {
            seeds.run(
                    _ -> {
                        try {
                            // Most of a segment, so that the next one begins soon.
                            for (int i = 0; i < 3 + random.nextInt(2); i++) {
                                append(List.of(new JournalEntry.PartBytes(new byte[PART])));
                            }
                            for (int step = 0; step < STEPS; step++) {
                                step();
                            }
                            full = false;
                            restart();
                            failsAfter = Integer.MAX_VALUE;
                            sameViewsWhenRebuilt();
                        } catch (AssertionError e) {
                            throw new AssertionError(
                                    e.getMessage() + "\n" + String.join("\n", trace), e);
                        } finally {
                            store.close();
                        }
                    });
        }

        private void step() throws IOException {
            try {
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3, 4, 5, 6 -> appendAny();
                    case 7, 8, 9, 10, 11 -> {
                        boolean wrote = store.writeTurn();
                        trace.add("wrote " + wrote + " to " + store.journal().durable());
                        settle();
                    }
                    case 12, 13, 14 -> {
                        boolean folded = store.foldTurn();
                        trace.add("folded " + folded + " to " + store.folded());
                    }
                    case 15, 16 -> {
                        if (!besides.isEmpty()) {
                            besides.remove().run();
                        }
                    }
                    case 17 -> full = random.nextInt(3) == 0;
                    case 18 -> arm();
                    default -> {
                        if (random.nextInt(4) == 0 || store.journal().stopped().isPresent()) {
                            restart();
                        }
                    }
                }
            } catch (PowerLoss e) {
                restart();
            } catch (IOException | RuntimeException e) {
                trace.add("a turn failed: " + e);
            }
        }

        private void arm() {
            losesPower = random.nextInt(4) > 0;
            failsAfter = moments + 1 + random.nextInt(losesPower ? 30 : 60);
        }

        private void appendAny() {
            List<JournalEntry> entries = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                entries.add(
                        recipients.isEmpty() || random.nextInt(3) == 0 ? message() : happened());
            }
            append(entries);
        }

        private JournalEntry message() {
            MailId id = new MailId(++ids << 12);
            Address[] to = new Address[1 + random.nextInt(3)];
            for (int i = 0; i < to.length; i++) {
                to[i] =
                        Samples.address(
                                "r" + ids + "x" + i, "site" + random.nextInt(5) + ".example");
                recipients.add(id.recipient(i));
            }
            byte[] octets = new byte[SIZES[random.nextInt(SIZES.length)]];
            new java.util.Random(ids).nextBytes(octets);
            return new JournalEntry.Message(
                    Samples.accepted(
                            id,
                            Samples.NOON.plusSeconds(ids),
                            octets.length,
                            random.nextBoolean() ? "spring" : "",
                            to),
                    List.of(),
                    octets);
        }

        private JournalEntry happened() {
            RecipientId whose = recipients.get(random.nextInt(recipients.size()));
            int second = (int) ++ids; // each is another event
            return new JournalEntry.Happened(
                    switch (random.nextInt(6)) {
                        case 0 -> Samples.ruled(whose, second, 1, Samples.deferred(second));
                        case 1 -> Samples.ruled(whose, second, 2, Samples.delivered());
                        case 2 -> Samples.ruled(whose, second, 2, Samples.hard());
                        case 3 -> Samples.opened(whose, second, Audience.HUMAN);
                        case 4 -> Samples.clicked(whose, second, Audience.HUMAN);
                        default -> Samples.rendered(whose, second);
                    });
        }

        private void append(List<JournalEntry> entries) {
            CompletableFuture<List<Position>> done = store.journal().append(entries);
            for (JournalEntry entry : entries) {
                switch (entry) {
                    case JournalEntry.Happened(Event event) ->
                            appended(new Appended(event, new byte[0], done));
                    case JournalEntry.Message message ->
                            appended(new Appended(message.accepted(), message.rest(), done));
                    case JournalEntry.PartBytes _ -> {}
                }
            }
            trace.add("appended " + entries.size());
        }

        private void appended(Appended one) {
            underWay.add(one);
            appended.put(one.event(), one.octets());
        }

        /** Moves what was acknowledged to what is expected. */
        private void settle() {
            for (Appended each : List.copyOf(underWay)) {
                if (each.done().isDone()) {
                    underWay.remove(each);
                    if (!each.done().isCompletedExceptionally()) {
                        expected.add(each.event());
                    }
                }
            }
        }

        private void restart() throws IOException {
            settle();
            underWay.clear();
            failsAfter = Integer.MAX_VALUE;
            disk.losePower();
            store.close();
            boolean up = false;
            while (!up) {
                if (random.nextInt(4) == 0) {
                    arm();
                }
                try {
                    store = open();
                    up = true;
                } catch (IOException | RuntimeException e) {
                    trace.add("a start failed: " + e);
                    failsAfter = Integer.MAX_VALUE;
                    disk.losePower();
                }
            }
            trace.add("started at " + store.journal().durable());
            check();
        }

        private void check() throws IOException {
            int armed = failsAfter;
            failsAfter = Integer.MAX_VALUE;
            assertEquals(List.of(), store.damage());
            List<Event> found = new ArrayList<>();
            List<Position> places = new ArrayList<>();
            Journal journal = store.journal();
            Position at = Position.START;
            while (at.compareTo(journal.durable()) < 0) {
                at =
                        journal.read(
                                at,
                                100,
                                (position, event) -> {
                                    found.add(event);
                                    places.add(position);
                                });
            }
            int next = 0;
            for (Event event : found) {
                assertTrue(
                        appended.containsKey(event),
                        () -> "never appended, or gone once: " + event);
                next += next < expected.size() && expected.get(next).equals(event) ? 1 : 0;
            }
            int seen = next;
            assertEquals(
                    expected.size(), seen, () -> "lost, or out of order: " + expected.get(seen));
            assertEquals(found.size(), new HashSet<>(found).size(), "there twice");
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i) instanceof SubmissionEvent.Accepted accepted) {
                    same(accepted, journal.message(places.get(i)));
                }
            }
            // What was seen once must stay, and what is gone must not come back.
            expected.clear();
            expected.addAll(found);
            appended.keySet().retainAll(found);
            failsAfter = armed;
        }

        private void same(
                SubmissionEvent.Accepted accepted, Optional<Journal.StoredMessage> message)
                throws IOException {
            try (InputStream in = message.orElseThrow().content().open()) {
                assertArrayEquals(appended.get(accepted), in.readAllBytes());
            }
        }

        private void sameViewsWhenRebuilt() throws IOException {
            while (store.foldTurn()) {
                // until all is folded
            }
            Path again = place.resolve("again");
            Files.createDirectories(again);
            try (Environment rebuilt =
                    Environment.open(
                            again,
                            Environment.Mode.BULK,
                            facteur.store.journal.FileOpener.real())) {
                new Folding(store.journal(), rebuilt, _ -> {}).catchUp();
                List<String> once = rebuilt.read(Dump::of);
                List<String> stepwise = store.rows(Dump::of);
                assertEquals(String.join("\n", once), String.join("\n", stepwise));
            }
        }
    }
}
