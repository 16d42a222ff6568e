package facteur.store;

import facteur.store.fold.PendingRow;
import facteur.store.journal.Entry;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** A start with a million recipients owed: the part of it that is the store's. */
@Tag("bench")
class OwedBench {
    private static final int OWED = 1_000_000;
    private static final int PAGE = 10_000;
    private static final int IN_FLIGHT = 10_000;

    @TempDir private Path directory;

    @Test
    void a_million_owed_are_read_at_a_start() throws Exception {
        Store.Options options = Store.Options.of(directory);
        try (Store store = Store.open(options)) {
            accept(store);
        }
        long begin = System.nanoTime();
        try (Store store = Store.open(options)) {
            double opened = (System.nanoTime() - begin) / 1e9;
            List<PendingRow.Found> page = store.views().pending(Optional.empty(), PAGE);
            double first = (System.nanoTime() - begin) / 1e9;
            long seen = 0;
            while (!page.isEmpty()) {
                seen += page.size();
                page = store.views().pending(Optional.of(page.getLast().id()), PAGE);
            }
            System.out.printf(
                    "%d owed: opened after %.2f s, the first %d read after %.2f s, all after"
                            + " %.2f s%n",
                    seen, opened, PAGE, first, (System.nanoTime() - begin) / 1e9);
        }
    }

    private static void accept(Store store) throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        CompletableFuture<List<Position>> last = CompletableFuture.completedFuture(List.of());
        for (int id = 1; id <= OWED; id++) {
            room.acquire();
            last =
                    store.journal()
                            .append(
                                    List.of(
                                            new Entry.Message(
                                                    Samples.accepted(
                                                            id,
                                                            "spring",
                                                            Samples.address(
                                                                    "user" + id,
                                                                    "d" + id % 1000 + ".example")),
                                                    List.of(),
                                                    new byte[100])))
                            .whenComplete((_, _) -> room.release());
        }
        if (!store.awaitFolded(last.join().getFirst(), Duration.ofMinutes(5))) {
            throw new IllegalStateException("the views did not keep up");
        }
    }
}
