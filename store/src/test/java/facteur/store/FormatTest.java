package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.store.fold.Keys;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;
import facteur.store.lmdb.Environment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

class FormatTest {
    @TempDir private Path directory;

    private Store open() throws Exception {
        return Store.open(Store.Options.of(directory.resolve("data")));
    }

    @Test
    void a_new_store_says_its_format_and_a_backup_takes_it_along() throws Exception {
        try (Store _ = open()) {
            assertEquals("4\n", Files.readString(directory.resolve("data/format")));
        }
        Backup.take(directory.resolve("data"), directory.resolve("copy"));
        assertEquals("4\n", Files.readString(directory.resolve("copy/format")));
    }

    @Test
    void a_newer_format_is_refused_in_words_wherever_it_is_opened() throws Exception {
        try (Store _ = open()) {
            // Made and closed.
        }
        Files.writeString(directory.resolve("data/format"), "5\n");
        Store.Options options = Store.Options.of(directory.resolve("data"));
        List<Callable<?>> ways =
                List.of(
                        this::open,
                        () -> Rebuild.run(options, _ -> {}),
                        () -> Verification.run(options, _ -> {}),
                        () -> Inventory.of(options.directory()),
                        () -> {
                            Backup.take(options.directory(), directory.resolve("copy"));
                            return 0;
                        });
        for (Callable<?> way : ways) {
            String said = String.valueOf(assertThrows(IOException.class, way::call));
            assertTrue(said.contains("format 5, which a newer Facteur wrote"), said);
        }
    }

    /** The views counted alone before: data of format 3 is older, whatever the file says. */
    @Test
    void an_older_format_is_not_called_a_newer_one() throws Exception {
        try (Store _ = open()) {
            // Made and closed.
        }
        Files.writeString(directory.resolve("data/format"), "3\n");
        String said = String.valueOf(assertThrows(IOException.class, this::open));
        assertTrue(said.contains("format 3, from before the first release"), said);
        Files.delete(directory.resolve("data/format"));
        try (Environment views =
                Environment.open(
                        directory.resolve("data/views"),
                        Environment.Mode.DURABLE,
                        FileOpener.real())) {
            views.write(rows -> rows.put(Table.META, Keys.text("format"), new byte[] {3}));
            views.write(rows -> rows.put(Table.META, Keys.text("position"), Keys.contact(4096)));
        }
        String views = String.valueOf(assertThrows(IOException.class, this::open));
        assertTrue(views.contains("were written by another version"), views);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "0", "-1", "1 and so on, for more than sixteen octets"})
    void what_is_no_format_is_told(String content) throws Exception {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/format"), content);
        String said = String.valueOf(assertThrows(IOException.class, this::open));
        assertTrue(said.contains("does not hold a number"), said);
    }
}
