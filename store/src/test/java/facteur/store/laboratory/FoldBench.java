package facteur.store.laboratory;

import facteur.store.Store;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;

/** How fast events become rows. */
@Tag("bench")
class FoldBench {
    private static final long RECIPIENTS = Long.getLong("fold.recipients", 400_000L);

    @TempDir private Path directory;

    @Test
    void folding_without_the_journal() throws Exception {
        Filling.Plan plan =
                new Filling.Plan(
                        RECIPIENTS,
                        20,
                        (int) RECIPIENTS / 4,
                        Instant.parse("2026-06-01T00:00:00Z"));
        long begin = System.nanoTime();
        Filling.run(
                new Store.Options(directory.resolve("data"), 64 << 20, FileOpener.real()),
                plan,
                _ -> {});
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "folds: %d recipients in %.1f s, %.0f recipients/s, about %.0f events/s%n",
                RECIPIENTS, seconds, RECIPIENTS / seconds, RECIPIENTS * 2.36 / seconds);
    }
}
