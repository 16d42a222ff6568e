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

import java.io.IOException;
import java.nio.file.Path;

class DowngradeTest {
    @TempDir private Path directory;

    private void format(int number) throws IOException {
        try (Environment views =
                Environment.open(
                        new Layout(directory).views(),
                        Environment.Mode.DURABLE,
                        FileOpener.real())) {
            views.write(
                    rows -> rows.put(Table.META, Keys.text("format"), new byte[] {(byte) number}));
        }
    }

    private String refusal() {
        return String.valueOf(
                assertThrows(
                        IOException.class,
                        () ->
                                Store.open(
                                        new Store.Options(directory, 8 << 20, FileOpener.real()))));
    }

    @Test
    void data_of_a_newer_version_is_refused_in_words_and_left_alone() throws IOException {
        Store.open(new Store.Options(directory, 8 << 20, FileOpener.real())).close();
        format(200);
        String said = refusal();
        assertTrue(said.contains("newer version of Facteur (format 200)"), said);
        assertTrue(said.contains("install that version again"), said);
        assertEquals(said, refusal(), "nothing was changed by the first attempt");
    }
}
