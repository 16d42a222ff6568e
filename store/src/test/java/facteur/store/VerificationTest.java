package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a check says of journal and views that do not go together. */
class VerificationTest {
    @TempDir private Path directory;
    private final Story story = new Story(3);
    private final List<String> told = new ArrayList<>();

    private Store.Options options() {
        return new Store.Options(directory.resolve("data"), 8 << 20, FileOpener.real());
    }

    private Path journal() {
        return options().directory().resolve("journal");
    }

    private Path views() {
        return options().directory().resolve("views/data.mdb");
    }

    private Path segment(int number) {
        return journal().resolve("%012d.segment".formatted(number));
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(journal())) {
            return files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
        }
    }

    private List<String> problems() throws IOException {
        told.clear();
        return Verification.run(options(), told::add).problems();
    }

    @BeforeEach
    void fill() throws Exception {
        try (Store store = Store.open(options())) {
            story.tell(store, 80, 400_000);
        }
        assertTrue(segments().size() >= 4, segments().toString());
        assertEquals(List.of(), problems());
    }

    @Test
    void a_segment_that_is_missing_between_others_is_told_and_nothing_behind_it_is_recycled()
            throws Exception {
        Files.delete(segment(1));
        Files.delete(segment(2));
        List<Path> before = segments();
        List<String> problems = problems();
        assertTrue(problems.getFirst().contains(segment(1).toString()), problems.toString());
        assertTrue(problems.getFirst().endsWith("; put it back, or restore a backup"));

        // With views that know nothing a start would have to read what is missing.
        Files.delete(views());
        IOException refused = assertThrows(IOException.class, () -> Store.open(options()).close());
        assertTrue(
                String.valueOf(refused.getMessage()).contains(segment(1).toString()),
                refused.toString());
        assertEquals(before, segments());
    }

    @Test
    void between_views_and_journal_nothing_may_be_missing() throws Exception {
        Path empty = directory.resolve("empty");
        Store.open(new Store.Options(empty, 8 << 20, FileOpener.real())).close();
        Files.copy(empty.resolve("views/data.mdb"), views(), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(segment(0));
        List<String> problems = problems();
        assertTrue(
                problems.stream().anyMatch(p -> p.contains("what lies between is in neither")),
                problems.toString());
    }

    @Test
    void views_that_lag_are_folded_at_the_next_start() throws Exception {
        Path older = directory.resolve("older.mdb");
        Files.copy(views(), older);
        try (Store store = Store.open(options())) {
            story.tell(store, 10, 100);
        }
        Files.copy(older, views(), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(List.of(), problems());
        assertTrue(
                told.stream().anyMatch(line -> line.contains("; the next start folds them")),
                told.toString());
        Store.open(options()).close();
        assertEquals(List.of(), problems());
        assertTrue(told.stream().noneMatch(line -> line.contains("the next start")), "folded");
    }
}
