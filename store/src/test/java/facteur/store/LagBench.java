package facteur.store;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How late the views are while mail flows. */
@Tag("bench")
class LagBench {
    private static final int SIZE = 4096;

    @TempDir private Path directory;

    private static JournalEntry message(long id) {
        return new JournalEntry.Message(
                Samples.accepted(id, "bench", Samples.address("p" + id, "d.example")),
                List.of(),
                new byte[SIZE]);
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
                sent++;
                JournalEntry message = message(sent);
                RecipientId id = new RecipientId(new MailId(sent), 0);
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
