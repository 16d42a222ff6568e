package facteur.store;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Entry;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What it costs to put a message on disk, beside what the disk costs by itself. */
@Tag("bench")
class AppendBench {
    private static final int APPENDERS = 64;
    private static final int SIZE = 4096;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    @TempDir private Path directory;

    private final AtomicLong ids = new AtomicLong();

    private Entry message() {
        long id = ids.incrementAndGet();
        return new Entry.Message(
                Samples.accepted(id, "bench", Samples.address("p" + id, "d.example")),
                List.of(),
                new byte[SIZE]);
    }

    /** Microseconds of one 4 KiB write and sync in a file that was filled before. */
    private long[] rawSyncs() throws IOException {
        int blocks = 2000;
        long[] micros = new long[blocks];
        Path path = directory.resolve("raw");
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < blocks; i++) {
                file.write(ByteBuffer.allocate(SIZE), (long) i * SIZE);
            }
            file.force(true);
            for (int i = 0; i < blocks; i++) {
                long begin = System.nanoTime();
                file.write(ByteBuffer.allocate(SIZE), (long) i * SIZE);
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

    @Test
    void appends_beside_the_disk_itself() throws Exception {
        for (int round = 1; round <= 3; round++) {
            long[] raw = rawSyncs();
            long[] waits;
            double seconds;
            try (Journal journal =
                    SegmentedJournal.open(
                                    directory.resolve("journal" + round),
                                    64 << 20,
                                    Position.START,
                                    FileOpener.real())
                            .journal()) {
                appendFor(journal, Duration.ofSeconds(2));
                long begin = System.nanoTime();
                waits = appendFor(journal, LONG_ENOUGH);
                seconds = (System.nanoTime() - begin) / 1e9;
            }
            System.out.printf(
                    "appends: %.0f/s by %d appenders, p50 %d us, p99 %d us; raw 4 KiB write and"
                            + " sync p50 %d us, p99 %d us; p50 is %.2f of raw%n",
                    waits.length / seconds,
                    APPENDERS,
                    at(waits, 0.5),
                    at(waits, 0.99),
                    at(raw, 0.5),
                    at(raw, 0.99),
                    (double) at(waits, 0.5) / at(raw, 0.5));
        }
    }

    private long[] appendFor(Journal journal, Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        List<long[]> all = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(APPENDERS);
        for (int i = 0; i < APPENDERS; i++) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                long[] mine = new long[1 << 16];
                                int count = 0;
                                while (System.nanoTime() < until && count < mine.length) {
                                    Entry message = message();
                                    long begin = System.nanoTime();
                                    journal.append(List.of(message)).join();
                                    mine[count++] = (System.nanoTime() - begin) / 1000;
                                }
                                synchronized (all) {
                                    all.add(Arrays.copyOf(mine, count));
                                }
                                done.countDown();
                            });
        }
        done.await();
        long[] sorted = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return sorted;
    }

    @Test
    void from_the_journal_to_the_views_at_3000_messages_a_second() throws Exception {
        int perSecond = 3000;
        int seconds = 20;
        List<Long> lags = new ArrayList<>();
        try (Store store = Store.open(Store.Options.of(directory.resolve("data")))) {
            record Mark(Position position, long nanos) {}
            List<Mark> open = new ArrayList<>();
            store.onFolded(
                    () -> {
                        long now = System.nanoTime();
                        synchronized (open) {
                            open.removeIf(
                                    mark -> {
                                        boolean seen =
                                                mark.position().compareTo(store.folded()) < 0;
                                        if (seen) {
                                            lags.add((now - mark.nanos()) / 1_000_000);
                                        }
                                        return seen;
                                    });
                        }
                    });
            long begin = System.nanoTime();
            int sent = 0;
            while (sent < perSecond * seconds) {
                long wanted = (System.nanoTime() - begin) * perSecond / 1_000_000_000L;
                if (sent >= wanted) {
                    Thread.sleep(1);
                    continue;
                }
                Entry message = message();
                RecipientId id = new RecipientId(new MailId(ids.get()), 0);
                sent++;
                store.journal()
                        .append(List.of(message))
                        .thenCompose(
                                _ ->
                                        store.journal()
                                                .append(
                                                        Samples.ruled(
                                                                id, 1, 1, Samples.delivered())))
                        .thenAccept(
                                position -> {
                                    synchronized (open) {
                                        open.add(new Mark(position, System.nanoTime()));
                                    }
                                });
            }
            double took = (System.nanoTime() - begin) / 1e9;
            store.awaitFolded(
                    new Position(store.journal().durable().value() - 1), Duration.ofSeconds(60));
            List<Long> sorted;
            synchronized (open) {
                sorted = lags.stream().sorted().toList();
            }
            System.out.printf(
                    "lag from journal to views at %.0f messages/s (two events each): p50 %d ms,"
                            + " p99 %d ms, worst %d ms%n",
                    sent / took,
                    sorted.get(sorted.size() / 2),
                    sorted.get((int) (sorted.size() * 0.99)),
                    sorted.getLast());
        }
    }
}
