package facteur.store;

import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;
import facteur.testkit.disk.DiskFault;
import facteur.testkit.disk.FaultyChannel;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What it costs to put a message on disk, beside what the disk costs by itself.
 *
 * <p>The clients are those of the accept path: many, on two event loops, each with one message at a
 * time. Without pause they show how much the journal takes; at a rate they show how long a message
 * waits for the disk when the processor is not the limit.
 */
@Tag("bench")
class AppendBench {
    private static final int CLIENTS = 64;
    private static final int LOOPS = 2;
    private static final int RATE = 15_000;
    private static final int SIZE = 4096;

    /** Longer syncs are counted as this. */
    private static final int MICROS = 100_000;

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    @TempDir private Path directory;

    private final AtomicLong ids = new AtomicLong();

    @Test
    void appends_beside_the_disk_of_this_machine() throws Exception {
        for (int round = 1; round <= 2; round++) {
            measure("this disk", round, new MeasuredDisk(Duration.ZERO));
        }
    }

    @Test
    void appends_beside_a_disk_that_syncs_in_a_quarter_of_a_millisecond() throws Exception {
        for (int round = 1; round <= 2; round++) {
            measure("0.25 ms disk", round, new MeasuredDisk(Duration.ofNanos(250_000)));
        }
    }

    private void measure(String name, int round, MeasuredDisk disk) throws Exception {
        Path place = directory.resolve(name + round);
        try (Journal journal =
                SegmentedJournal.open(place, 64 << 20, Position.START, disk).journal()) {
            appendFor(journal, WARM_UP, 0);
            System.out.printf(
                    "%s: 4 KiB write and sync by itself p50 %d us%n",
                    name, at(rawSyncs(disk), 0.5));
            for (int rate : new int[] {0, RATE}) {
                disk.forget();
                Load load = appendFor(journal, LONG_ENOUGH, rate);
                System.out.printf(
                        "    %d clients %s: %.0f/s, p50 %d us, p99 %d us; %d syncs, p50 %d us: an"
                                + " append takes %.2f of a sync%n",
                        CLIENTS,
                        rate == 0 ? "without pause" : "at " + rate + "/s",
                        load.rate(),
                        load.wait(0.5),
                        load.wait(0.99),
                        disk.count(),
                        disk.median(),
                        (double) load.wait(0.5) / disk.median());
            }
        }
    }

    private JournalEntry message() {
        long id = ids.incrementAndGet();
        return new JournalEntry.Message(
                Samples.accepted(id, "bench", Samples.address("p" + id, "d.example")),
                List.of(),
                new byte[SIZE]);
    }

    /** Microseconds of one 4 KiB write and sync in a file that was filled before, sorted. */
    private long[] rawSyncs(FileOpener disk) throws IOException {
        int blocks = 2000;
        long[] micros = new long[blocks];
        ByteBuffer block = ByteBuffer.allocateDirect(SIZE);
        try (FileChannel file =
                disk.open(
                        directory.resolve("raw"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            for (int i = 0; i < blocks; i++) {
                file.write(block.clear(), (long) i * SIZE);
            }
            file.force(true);
            for (int i = 0; i < blocks; i++) {
                long begin = System.nanoTime();
                file.write(block.clear(), (long) i * SIZE);
                file.force(false);
                micros[i] = (System.nanoTime() - begin) / 1000;
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    private static long at(long[] sorted, double part) {
        return sorted[(int) ((sorted.length - 1) * part)];
    }

    /**
     * @param waits microseconds from the append to its acknowledgement on the event loop, sorted
     */
    private record Load(long[] waits, double seconds) {
        double rate() {
            return waits.length / seconds;
        }

        long wait(double part) {
            return at(waits, part);
        }
    }

    /**
     * @param perSecond of all clients together; 0 for as many as there can be
     */
    private Load appendFor(Journal journal, Duration time, int perSecond) throws Exception {
        List<ScheduledExecutorService> loops = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            loops.add(Executors.newSingleThreadScheduledExecutor());
        }
        long begin = System.nanoTime();
        long until = begin + time.toNanos();
        long interval = perSecond == 0 ? 0 : 1_000_000_000L * CLIENTS / perSecond;
        CountDownLatch open = new CountDownLatch(CLIENTS);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    new Client(
                            journal,
                            loops.get(i % LOOPS),
                            begin + interval * i / CLIENTS,
                            interval,
                            () -> System.nanoTime() < until,
                            open));
        }
        clients.forEach(Client::sendWhenDue);
        while (!open.await(50, TimeUnit.MILLISECONDS)) {
            // As on a server that has run for longer than it keeps: segments are used again.
            journal.release(journal.durable(), journal.durable());
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        loops.forEach(ScheduledExecutorService::shutdown);
        return new Load(clients.stream().flatMapToLong(Client::waits).sorted().toArray(), seconds);
    }

    /** Sends one message after the other; everything happens on its event loop. */
    private final class Client {
        private final Journal journal;
        private final ScheduledExecutorService loop;
        private final long interval;
        private final BooleanSupplier goesOn;
        private final CountDownLatch open;
        private long[] waits = new long[1024];
        private int count;
        private long due;

        Client(
                Journal journal,
                ScheduledExecutorService loop,
                long due,
                long interval,
                BooleanSupplier goesOn,
                CountDownLatch open) {
            this.journal = journal;
            this.loop = loop;
            this.due = due;
            this.interval = interval;
            this.goesOn = goesOn;
            this.open = open;
        }

        void sendWhenDue() {
            loop.schedule(this::send, due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        private void send() {
            long begin = System.nanoTime();
            journal.append(List.of(message()))
                    .whenCompleteAsync((_, _) -> acknowledged(begin), loop);
        }

        private void acknowledged(long begin) {
            if (count == waits.length) {
                waits = Arrays.copyOf(waits, count * 2);
            }
            long now = System.nanoTime();
            waits[count++] = (now - begin) / 1000;
            if (!goesOn.getAsBoolean()) {
                open.countDown();
                return;
            }
            due += interval;
            if (due <= now) {
                // Whoever is late does not catch up in a burst: an application would not either.
                due = now;
                send();
            } else {
                sendWhenDue();
            }
        }

        java.util.stream.LongStream waits() {
            return Arrays.stream(waits, 0, count);
        }
    }

    /** The disk of this machine, its syncs measured, and made to take at least so long. */
    private static final class MeasuredDisk implements FileOpener {
        private final long least;
        private final LongAdder[] syncs = new LongAdder[MICROS];

        MeasuredDisk(Duration least) {
            this.least = least.toNanos();
            Arrays.setAll(syncs, _ -> new LongAdder());
        }

        @Override
        public FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
            AtomicLong begun = new AtomicLong();
            FileChannel file = FileChannel.open(path, options);
            return new FaultyChannel(file, path, (_, moment) -> touch(moment, begun));
        }

        private void touch(DiskFault.Moment moment, AtomicLong begun) {
            if (moment == DiskFault.Moment.BEFORE_SYNC) {
                begun.set(System.nanoTime());
            } else if (moment == DiskFault.Moment.AFTER_SYNC) {
                long left = begun.get() + least - System.nanoTime();
                while (left > 0) {
                    LockSupport.parkNanos(left);
                    left = begun.get() + least - System.nanoTime();
                }
                long micros = (System.nanoTime() - begun.get()) / 1000;
                syncs[(int) Math.min(micros, MICROS - 1)].increment();
            }
        }

        void forget() {
            Arrays.stream(syncs).forEach(LongAdder::reset);
        }

        long count() {
            return Arrays.stream(syncs).mapToLong(LongAdder::sum).sum();
        }

        /** Microseconds within which half of the syncs were over. */
        long median() {
            long half = count() / 2;
            int micros = 0;
            for (long seen = 0; seen <= half && micros < MICROS; micros++) {
                seen += syncs[micros].sum();
            }
            return micros;
        }
    }
}
