package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.OperatorEvent;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.lmdb.Environment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class RebuildTest {
    private static final Retention NOTHING =
            new Retention(Duration.ZERO, 0, Duration.ofDays(36_500), Duration.ofDays(36_500));
    private static final Instant LATER = Samples.NOON.plus(Duration.ofDays(30));

    @TempDir private Path directory;

    private Store.Options options() {
        return new Store.Options(directory.resolve("data"), 8 << 20, FileOpener.real());
    }

    private Path views() {
        return options().directory().resolve("views");
    }

    @Test
    void new_views_are_the_old_ones_to_the_last_octet() throws Exception {
        try (Store store = Store.open(options())) {
            new Story(1).tell(store, 500, 100);
            var anne = store.views().contacts().page("", java.util.Optional.empty(), 1).getFirst();
            var erased =
                    (ContactErasure.Erasure.Recorded)
                            store.people().erase(anne.address().key(), "op", "asked", LATER);
            assertTrue(store.awaitFolded(erased.position().join(), Duration.ofSeconds(30)));
        }
        List<String> before = Dump.of(views());
        assertTrue(Rebuild.run(options(), _ -> {}) > 1000);
        assertEquals(before, Dump.of(views()));
    }

    @Test
    void history_that_the_journal_no_longer_holds_is_not_thrown_away() throws Exception {
        try (Store store = Store.open(options())) {
            Story story = new Story(2);
            story.tell(store, 60, 400_000);
            letGo(store);
            assertTrue(store.journal().oldest().segment() > 0);
            story.tell(store, 60, 1000);
        }
        List<String> before = Dump.of(views());
        List<String> told = new ArrayList<>();
        Rebuild.run(options(), told::add);
        assertEquals(before, Dump.of(views()));
        assertTrue(told.getFirst().contains("base"), told.toString());

        Layout.deleteTree(new Layout(options().directory()).base());
        IOException refused =
                assertThrows(IOException.class, () -> Rebuild.run(options(), _ -> {}));
        assertTrue(String.valueOf(refused.getMessage()).contains("backup"), refused.getMessage());
        assertEquals(before, Dump.of(views()), "views were touched");
    }

    @Test
    void views_that_are_gone_are_not_silently_begun_anew() throws Exception {
        try (Store store = Store.open(options())) {
            new Story(3).tell(store, 60, 400_000);
            letGo(store);
        }
        Layout.deleteTree(views());
        IOException refused = assertThrows(IOException.class, () -> Store.open(options()));
        assertTrue(String.valueOf(refused.getMessage()).contains("rebuild"), refused.getMessage());
        Rebuild.run(options(), _ -> {});
        Store.open(options()).close();
        assertTrue(Verification.run(options(), _ -> {}).isGood());
    }

    /** The second round closes the files of what the first one let go. */
    private static void letGo(Store store) throws Exception {
        store.letGo(NOTHING, LATER);
        store.letGo(NOTHING, LATER);
    }

    private void spoil(java.util.function.Consumer<Rows> with) throws IOException {
        try (Environment environment =
                Environment.open(views(), Environment.Mode.DURABLE, FileOpener.real())) {
            environment.write(with);
        }
    }

    @Test
    void any_row_too_few_or_too_many_or_wrong_is_found() throws Exception {
        try (Store store = Store.open(options())) {
            Story story = new Story(4);
            story.tell(store, 200, 100);
            story.owed(store, "late", new byte[10]);
        }
        assertEquals(List.of(), Verification.run(options(), _ -> {}).problems());
        for (Table table :
                new Table[] {
                    Table.MESSAGES,
                    Table.RECIPIENTS,
                    Table.CONTACTS,
                    Table.CONTACT_IDS,
                    Table.CONTACT_MESSAGES,
                    Table.CELLS,
                    Table.BY_STATUS,
                    Table.TALLIES,
                    Table.HOURS,
                    Table.PENDING,
                    Table.DUE,
                    Table.BY_DOMAIN,
                    Table.BY_REASON,
                    Table.MESSAGE_IDS
                }) {
            byte[][] taken = new byte[2][];
            spoil(
                    rows ->
                            rows.scan(
                                    table,
                                    new byte[0],
                                    (key, value) -> {
                                        taken[0] = key;
                                        taken[1] = value;
                                        return false;
                                    }));
            spoil(rows -> rows.delete(table, taken[0]));
            assertFalse(Verification.run(options(), _ -> {}).isGood(), table + " lacks a row");
            spoil(rows -> rows.put(table, taken[0], taken[1]));
        }
        spoil(rows -> rows.put(Table.BY_STATUS, new byte[16], new byte[8]));
        assertFalse(Verification.run(options(), _ -> {}).isGood(), "a row too many");
    }

    @Test
    void what_is_forgotten_stays_forgotten() throws Exception {
        try (Store store = Store.open(options())) {
            new Story(5).tell(store, 100, 100);
            var at =
                    store.journal()
                            .append(
                                    new OperatorEvent.Expired(
                                            new facteur.mail.message.MailId(60),
                                            new facteur.mail.message.MailId(30),
                                            LATER,
                                            "retention"))
                            .join();
            assertTrue(store.awaitFolded(at, Duration.ofSeconds(30)));
        }
        List<String> before = Dump.of(views());
        Rebuild.run(options(), _ -> {});
        assertEquals(before, Dump.of(views()));
        assertEquals(List.of(), Verification.run(options(), _ -> {}).problems());
    }
}
