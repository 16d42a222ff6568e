package facteur.store.lmdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.store.fold.Keys;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

class DataFileTest {
    private static final int PAGE = 4_096;
    private static final int ROWS = 2_000;

    @TempDir private Path directory;

    private static Environment open(Path at) throws IOException {
        return Environment.open(at, 1 << 26, Environment.Mode.DURABLE, FileOpener.real());
    }

    private void fill() throws IOException {
        try (Environment environment = open(directory)) {
            environment.write(
                    rows -> {
                        for (int i = 0; i < ROWS; i++) {
                            rows.put(
                                    Table.CONTACTS,
                                    Keys.contact(i),
                                    new byte[i % 100 == 0 ? 9_000 : 60]);
                        }
                    });
            environment.write(
                    rows -> {
                        for (int i = 0; i < ROWS / 2; i++) {
                            rows.delete(Table.CONTACTS, Keys.contact(i));
                        }
                    });
        }
    }

    private static int count(Environment environment) {
        return environment.read(
                rows -> {
                    int[] count = {0};
                    rows.scan(Table.CONTACTS, new byte[0], (_, _) -> ++count[0] > 0);
                    return count[0];
                });
    }

    /** What is not refused can be read whole: else this process would end here. */
    @Test
    void a_file_that_was_cut_anywhere_is_refused_in_one_line_unless_nothing_was_lost()
            throws Exception {
        fill();
        Path data = directory.resolve("data.mdb");
        long pages = Files.size(data) / PAGE;
        assertTrue(pages > 30, pages + " pages");
        int refused = 0;
        for (long cut = 1; cut < pages; cut++) {
            Path copy = Files.createDirectories(directory.resolve("cut-" + cut));
            Files.copy(data, copy.resolve("data.mdb"), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel =
                    FileChannel.open(copy.resolve("data.mdb"), StandardOpenOption.WRITE)) {
                channel.truncate(cut * PAGE - (cut % 2));
            }
            try (Environment environment = open(copy)) {
                assertEquals(ROWS / 2, count(environment));
            } catch (IOException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertTrue(message.contains("was cut after"), message);
                assertTrue(message.contains(copy.toString()), message);
                assertFalse(message.contains("\n"), message);
            }
        }
        System.out.printf("of %d cuts %d were refused%n", pages - 1, refused);
        assertTrue(refused > pages / 2, refused + " of " + pages);
        try (Environment environment = open(directory)) {
            assertEquals(ROWS / 2, count(environment));
        }
    }

    @Test
    void a_file_of_something_else_is_refused() throws Exception {
        Files.write(directory.resolve("data.mdb"), new byte[3 * PAGE]);
        String message =
                String.valueOf(assertThrows(IOException.class, () -> open(directory)).getMessage());
        assertTrue(message.contains("no file of views"), message);
    }

    @Test
    void the_lock_file_has_all_its_octets_before_it_is_mapped() throws Exception {
        fill();
        assertEquals(64 << 10, Files.size(directory.resolve("lock.mdb")));
    }
}
