package facteur.tracker.recording;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

class OptOutsTest {
    private static final RecipientId ANNE = new RecipientId(new MailId(7), 1);
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path directory;
    private Store store;
    private final LongAdder recorded = new LongAdder();
    private final Set<RecipientId> standing = ConcurrentHashMap.newKeySet();
    private volatile Position folded = Position.START;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private OptOuts refusals() {
        return new OptOuts(
                store.journal(),
                new KnownOptOuts() {
                    @Override
                    public boolean isUnsubscribed(RecipientId recipient) {
                        return standing.contains(recipient);
                    }

                    @Override
                    public boolean isDeclined(RecipientId recipient) {
                        return standing.contains(recipient);
                    }

                    @Override
                    public Position folded() {
                        return folded;
                    }
                },
                recorded);
    }

    private int written() throws IOException {
        int[] count = {0};
        Position from = Position.START;
        while (from.compareTo(store.journal().durable()) < 0) {
            from =
                    store.journal()
                            .read(
                                    from,
                                    1_000,
                                    (_, event) ->
                                            count[0] +=
                                                    event instanceof EngagementEvent.Unsubscribed
                                                            ? 1
                                                            : 0);
        }
        return count[0];
    }

    @Test
    void what_is_said_a_thousand_times_is_recorded_once_and_answered_each_time() throws Exception {
        OptOuts optOuts = refusals();
        for (int i = 0; i < 1_000; i++) {
            optOuts.unsubscribed(ANNE, NOON.plusMillis(i), "one-click").join();
        }
        // Once the views know it, they tell.
        standing.add(ANNE);
        folded = store.journal().durable();
        for (int i = 0; i < 1_000; i++) {
            optOuts.unsubscribed(ANNE, NOON.plusSeconds(i), "one-click").join();
        }
        assertEquals(1, written());
        assertEquals(1, recorded.sum());
        await().atMost(PATIENCE).until(() -> optOuts.remembered() == 0);
    }

    @Test
    void who_unsubscribes_again_after_it_was_lifted_is_recorded_again() throws Exception {
        OptOuts optOuts = refusals();
        optOuts.unsubscribed(ANNE, NOON, "one-click").join();
        folded = store.journal().durable(); // and lifted: nothing stands
        optOuts.unsubscribed(ANNE, NOON.plusSeconds(60), "one-click").join();
        assertEquals(2, written());
    }

    @Test
    void a_refusal_to_be_measured_is_another_matter() throws Exception {
        OptOuts optOuts = refusals();
        optOuts.unsubscribed(ANNE, NOON, "one-click").join();
        optOuts.declined(ANNE, NOON).join();
        optOuts.declined(ANNE, NOON.plusSeconds(1)).join();
        assertEquals(2, recorded.sum());
    }

    @Test
    void beyond_the_limit_of_what_is_remembered_they_are_refused_until_the_views_have_caught_up() {
        OptOuts optOuts = refusals();
        CompletableFuture<?>[] said = new CompletableFuture<?>[OptOuts.MOST];
        for (int i = 0; i < OptOuts.MOST; i++) {
            RecipientId id = new RecipientId(new MailId(100 + i), 0);
            said[i] = optOuts.unsubscribed(id, NOON, "page");
        }
        CompletableFuture.allOf(said).join();
        RecipientId more = new RecipientId(new MailId(5), 0);
        assertTrue(optOuts.unsubscribed(more, NOON, "page").isCompletedExceptionally());
        assertEquals(OptOuts.MOST, optOuts.remembered());
        folded = store.journal().durable();
        optOuts.unsubscribed(more, NOON, "page").join();
        assertEquals(1, optOuts.remembered());
    }
}
