package facteur.store;

import facteur.mail.message.MailId;
import facteur.store.journal.JournalEntry;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Messages in and out, a day of them in each round, with retention of two days: after some rounds
 * the files stop growing.
 */
@Tag("bench")
class GrowthBench {
    private static final int MESSAGES = Integer.getInteger("growth.messages", 1_000_000);
    private static final int ROUNDS = 10;
    private static final int AT_ONCE = 2_000;
    private static final Retention TWO_DAYS =
            new Retention(
                    Duration.ofDays(2), Long.MAX_VALUE, Duration.ofDays(2), Duration.ofDays(2));

    @TempDir private Path directory;

    @Test
    void files_stop_growing() throws Exception {
        Instant day = Instant.parse("2026-06-01T00:00:00Z");
        int each = MESSAGES / ROUNDS;
        try (Store store = Store.open(Store.Options.of(directory.resolve("data")))) {
            for (int round = 1; round <= ROUNDS; round++) {
                for (int i = 0; i < each; i += AT_ONCE) {
                    inAndOut(store, day, i);
                }
                boolean _ =
                        store.awaitFolded(
                                store.journal()
                                        .append(
                                                new facteur.mail.event.OperatorEvent.Held(
                                                        "round", false, day, "bench", ""))
                                        .join(),
                                Duration.ofMinutes(5));
                day = day.plus(Duration.ofDays(1));
                store.letGo(TWO_DAYS, day);
                Store.Sizes sizes = store.sizes();
                System.out.printf(
                        "%d messages: journal %d MiB, views %d MiB%s%n",
                        (long) round * each,
                        sizes.journal() >> 20,
                        sizes.views() >> 20,
                        round == 1
                                ? String.format(
                                        "; per message %d and %d octets",
                                        sizes.journal() / each, sizes.views() / each)
                                : "");
            }
        }
    }

    private static void inAndOut(Store store, Instant day, int from) {
        List<CompletableFuture<?>> done = new ArrayList<>();
        for (int i = from; i < from + AT_ONCE; i++) {
            Instant at = day.plusMillis(i * 5L);
            MailId id = new MailId(MailId.firstAt(at).value() + 1);
            JournalEntry message =
                    new JournalEntry.Message(
                            Samples.accepted(
                                    id,
                                    at,
                                    4096,
                                    "growth",
                                    Samples.address("p" + i % 50_000, "d" + i % 100 + ".example")),
                            List.of(),
                            new byte[4096]);
            done.add(
                    store.journal()
                            .append(List.of(message))
                            .thenCompose(
                                    _ ->
                                            store.journal()
                                                    .append(
                                                            Samples.ruled(
                                                                    id.recipient(0),
                                                                    1,
                                                                    1,
                                                                    Samples.delivered()))));
        }
        done.forEach(CompletableFuture::join);
    }
}
