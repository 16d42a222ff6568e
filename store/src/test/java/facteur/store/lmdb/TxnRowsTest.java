package facteur.store.lmdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.store.fold.Keys;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Random transactions beside a map of the heap. */
class TxnRowsTest {
    private static final int TRANSACTIONS = 60;
    private static final int STEPS = 3_000;
    private static final int KEYS = 4_000;
    private static final int ROW = 300;

    @TempDir private Path directory;

    private final NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);

    @Test
    void cursors_that_stay_open_see_what_was_written_deleted_and_scanned_between()
            throws IOException {
        Random random = new Random(7);
        try (Environment environment =
                Environment.open(directory, Environment.Mode.DURABLE, FileOpener.real())) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                environment.write(rows -> steps(rows, random));
                environment.read(
                        rows -> {
                            assertSame(all(rows, Keys.contact(0)));
                            return true;
                        });
            }
        }
    }

    /** Mostly upwards, as sorted batches go, with leaps; deletes enough for pages to be joined. */
    private void steps(Rows rows, Random random) {
        int deletes = random.nextInt(5); // of ten
        long at = random.nextInt(KEYS);
        for (int step = 0; step < STEPS; step++) {
            at = random.nextInt(8) == 0 ? random.nextInt(KEYS) : (at + random.nextInt(4)) % KEYS;
            byte[] key = Keys.contact(at);
            switch (Math.max(random.nextInt(10) - deletes, 0)) {
                case 0 -> {
                    rows.delete(Table.CONTACTS, key);
                    expected.remove(key);
                }
                case 1, 2, 3 -> {
                    byte[] row = row(random);
                    rows.put(Table.CONTACTS, key, row);
                    expected.put(key, row);
                }
                case 4, 5 -> {
                    byte[] row = row(random);
                    assertEquals(
                            expected.putIfAbsent(key, row) == null,
                            rows.add(Table.CONTACTS, key, row));
                }
                default -> {
                    Optional<byte[]> found = rows.get(Table.CONTACTS, key);
                    assertEquals(expected.containsKey(key), found.isPresent());
                    found.ifPresent(row -> assertArrayEquals(expected.get(key), row));
                }
            }
            if (step % 500 == 0) {
                assertSame(all(rows, Keys.contact(0)));
            }
        }
    }

    private static byte[] row(Random random) {
        byte[] row = new byte[random.nextInt(ROW)];
        random.nextBytes(row);
        return row;
    }

    private static List<byte[]> all(Rows rows, byte[] from) {
        List<byte[]> found = new ArrayList<>();
        rows.scan(
                Table.CONTACTS,
                new byte[0],
                from,
                (key, row) -> {
                    found.add(key);
                    found.add(row);
                    return true;
                });
        return found;
    }

    private void assertSame(List<byte[]> found) {
        List<byte[]> wanted = new ArrayList<>();
        expected.forEach(
                (key, row) -> {
                    wanted.add(key);
                    wanted.add(row);
                });
        assertEquals(wanted.size(), found.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(wanted.get(i), found.get(i));
        }
    }
}
