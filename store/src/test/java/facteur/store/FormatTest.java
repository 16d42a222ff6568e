package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @Test
    void an_older_format_is_not_called_a_newer_one() throws Exception {
        try (Store _ = open()) {
            // Made and closed.
        }
        Files.writeString(directory.resolve("data/format"), "3\n");
        String said = String.valueOf(assertThrows(IOException.class, this::open));
        assertTrue(said.contains("format 3, from before the first release"), said);
    }

    @Test
    void data_without_the_file_is_not_taken_for_new() throws Exception {
        try (Store _ = open()) {
            // Made and closed.
        }
        Files.delete(directory.resolve("data/format"));
        Store.Options options = Store.Options.of(directory.resolve("data"));
        for (Callable<?> way :
                List.<Callable<?>>of(this::open, () -> Rebuild.run(options, _ -> {}))) {
            String said = String.valueOf(assertThrows(IOException.class, way::call));
            assertTrue(said.contains("data/format is missing"), said);
            assertTrue(said.contains("put 4 there"), said);
        }
        assertTrue(Files.notExists(directory.resolve("data/format")), "nothing was changed");
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
