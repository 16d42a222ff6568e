package facteur.mta.queue.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.store.Store;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

class JournalQueueStoreTest {
    private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");

    @TempDir private Path directory;

    @Test
    void what_was_learnt_and_ordered_last_is_there_after_a_restart() throws Exception {
        ShapingEvent limited = new ShapingEvent.Limited("a", "mx.example", AT.plusSeconds(5), 3);
        ShapingEvent slowed =
                new ShapingEvent.Slowed("a", "mx.example", AT, AT.plusSeconds(60), 10, "450 slow");
        ShapingEvent suspended =
                new ShapingEvent.Suspended("", "mx.example", AT, AT.plusSeconds(60), "554 listed");
        OperatorEvent.Held held =
                new OperatorEvent.Held("campaign:spring", true, AT, "anne", "wrong price");
        OperatorEvent.Moved moved =
                new OperatorEvent.Moved("domain:x.example", "b", AT, "anne", "");
        try (Store store = Store.open(Store.Options.of(directory))) {
            Position last =
                    new JournalQueueStore(store)
                            .record(
                                    List.of(
                                            limited,
                                            // Arrives late: what came after it stands.
                                            new ShapingEvent.Limited("a", "mx.example", AT, 9),
                                            slowed,
                                            suspended,
                                            held,
                                            moved,
                                            new OperatorEvent.Held("site:y", true, AT, "anne", ""),
                                            new OperatorEvent.Held(
                                                    "site:y",
                                                    false,
                                                    AT.plusSeconds(1),
                                                    "anne",
                                                    "")))
                            .join();
            store.awaitFolded(last, Duration.ofSeconds(10));
        }
        try (Store store = Store.open(Store.Options.of(directory))) {
            JournalQueueStore ledger = new JournalQueueStore(store);
            assertEquals(Set.of(limited, slowed, suspended), Set.copyOf(ledger.paths()));
            assertEquals(List.of(held), ledger.held());
            assertEquals(List.of(moved), ledger.moved());
        }
    }
}
