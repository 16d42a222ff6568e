package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.fold.Folder;
import facteur.store.fold.SortedRows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentedJournal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a start waits for when readers left many hits behind. */
class StartCostTest {
    private static final Address ANNE = Samples.address("anne", "one.example");
    private static final Address BERT = Samples.address("bert", "two.example");
    private static final MailId SECOND = new MailId(2);
    private static final int HITS = 60_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path directory;

    private Store.Options options() {
        return new Store.Options(directory, 8 << 20, FileOpener.real());
    }

    /** A journal that no views have seen. */
    private void happened(List<Event> events) throws Exception {
        Format.claim(new Layout(directory));
        try (Journal journal =
                SegmentedJournal.open(
                                new Layout(directory).journal(),
                                8 << 20,
                                Position.START,
                                FileOpener.real())
                        .journal()) {
            for (int from = 0; from < events.size(); from += 1_000) {
                List<JournalEntry> entries = new ArrayList<>();
                for (Event event : events.subList(from, Math.min(from + 1_000, events.size()))) {
                    entries.add(
                            event instanceof facteur.mail.event.SubmissionEvent.Accepted accepted
                                    ? new JournalEntry.Message(accepted, List.of(), new byte[10])
                                    : new JournalEntry.Happened(event));
                }
                journal.append(entries).join();
            }
        }
    }

    private static List<Event> hits(RecipientId id, int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(
                    new EngagementEvent.Clicked(
                            id,
                            Samples.NOON.plusSeconds(3000).plusMillis(i),
                            i % 3 == 0 ? Audience.MACHINE : Audience.HUMAN,
                            Set.of(),
                            "Chrome",
                            0,
                            i % 4,
                            "https://shop.example/" + i % 4));
        }
        return events;
    }

    private static String views(Store store) {
        return store.rows(
                rows -> {
                    StringBuilder all = new StringBuilder();
                    for (Table table : Table.values()) {
                        if (table != Table.META
                                && table != Table.MESSAGES
                                && table != Table.PENDING) {
                            rows.scan(
                                    table,
                                    new byte[0],
                                    (key, value) -> {
                                        all.append(table)
                                                .append(java.util.Arrays.hashCode(key))
                                                .append(java.util.Arrays.hashCode(value))
                                                .append('\n');
                                        return true;
                                    });
                        }
                    }
                    return all.toString();
                });
    }

    private static String inOrder(List<Event> events) {
        SortedRows rows = new SortedRows();
        Folder folder = new Folder(rows);
        events.forEach(event -> folder.fold(new Position(4096), event));
        folder.finish();
        StringBuilder all = new StringBuilder();
        for (Table table : Table.values()) {
            if (table != Table.META && table != Table.MESSAGES && table != Table.PENDING) {
                rows.scan(
                        table,
                        new byte[0],
                        (key, value) -> {
                            all.append(table)
                                    .append(java.util.Arrays.hashCode(key))
                                    .append(java.util.Arrays.hashCode(value))
                                    .append('\n');
                            return true;
                        });
            }
        }
        return all.toString();
    }

    @Test
    void refusals_and_what_is_owed_are_known_at_once_and_hits_are_folded_beside_the_work()
            throws Exception {
        RecipientId anne = new RecipientId(new MailId(1), 0);
        List<Event> events = new ArrayList<>();
        events.add(Samples.accepted(1, "spring", ANNE));
        events.add(Samples.ruled(anne, 1, 1, Samples.delivered()));
        events.addAll(hits(anne, HITS));
        events.add(new EngagementEvent.Unsubscribed(anne, Samples.NOON.plusSeconds(4000), "page"));
        events.add(Samples.accepted(2, "summer", ANNE, BERT));
        events.add(Samples.ruled(SECOND.recipient(1), 1, 1, Samples.hard()));
        happened(events);
        try (Store store = Store.open(options())) {
            assertTrue(store.isCatchingUp(), "the hits were waited for");
            assertEquals(
                    SECOND.recipient(0),
                    store.views().queue().pending(Optional.empty(), 10).getFirst().id());
            assertTrue(refused(store, ANNE));
            assertTrue(refused(store, BERT));
            assertTrue(store.awaitFoldedUntil(store.journal().durable(), PATIENCE));
            assertFalse(store.isCatchingUp());
            assertEquals(inOrder(events), views(store), "another order, other rows");
        }
    }

    private static boolean refused(Store store, Address address) {
        return store.suppressions()
                .find(address.key(), "app", true, Samples.NOON.plusSeconds(90_000))
                .isPresent();
    }

    @Test
    void a_person_who_was_erased_is_forgotten_with_the_hits_that_came_before() throws Exception {
        RecipientId anne = new RecipientId(new MailId(1), 0);
        List<Event> events = new ArrayList<>();
        events.add(Samples.accepted(1, "spring", ANNE));
        events.add(Samples.ruled(anne, 1, 1, Samples.delivered()));
        events.addAll(hits(anne, HITS));
        events.add(
                new OperatorEvent.Erased(1, Samples.NOON.plusSeconds(5000), "op", "asked by mail"));
        events.add(Samples.accepted(2, "summer", ANNE));
        events.addAll(hits(SECOND.recipient(0), HITS / 2));
        happened(events);
        try (Store store = Store.open(options())) {
            assertTrue(store.views().messages().timeline(anne).events().isEmpty());
            assertTrue(store.awaitFoldedUntil(store.journal().durable(), PATIENCE));
            assertEquals(inOrder(events), views(store), "another order, other rows");
        }
    }
}
