package facteur.store.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class TableChangesTest {
    private final TableChanges tableChanges = new TableChanges();

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void put(String key, String row) {
        tableChanges.put(octets(key), Optional.of(octets(row)));
    }

    /** {@code unchanged}, {@code gone} or the row. */
    private String get(String key) {
        TableChanges.Change change = tableChanges.find(octets(key));
        return change == null ? "unchanged" : text(change.row());
    }

    private static String text(Optional<byte[]> row) {
        return row.map(octets -> new String(octets, StandardCharsets.UTF_8)).orElse("gone");
    }

    private List<String> drained() {
        List<String> shown = new ArrayList<>();
        tableChanges.drain(
                (key, row) -> shown.add(new String(key, StandardCharsets.UTF_8) + "=" + text(row)));
        return shown;
    }

    @Test
    void keys_in_order_are_known_by_the_last_one() {
        put("a", "1");
        put("b", "2");
        put("b", "3");
        assertEquals("3", get("b"));
        assertEquals("unchanged", get("c"));
        assertEquals(2, tableChanges.size());
        assertEquals(List.of("a=1", "b=3"), drained());
    }

    @Test
    void a_key_that_comes_back_is_found_whatever_came_since() {
        put("b", "1");
        put("d", "2");
        assertEquals("1", get("b"));
        assertEquals("unchanged", get("a"));
        put("a", "3");
        put("b", "4");
        tableChanges.put(octets("d"), Optional.empty());
        put("c", "5");
        assertEquals("gone", get("d"));
        assertEquals(List.of("a=3", "b=4", "c=5", "d=gone"), drained());
    }

    @Test
    void keys_sort_as_octets_without_sign() {
        put("z", "1");
        put("é", "2");
        put("a", "3");
        assertEquals(List.of("a=3", "z=1", "é=2"), drained());
    }

    @Test
    void what_was_drained_is_forgotten() {
        put("b", "1");
        put("a", "2");
        drained();
        assertEquals("unchanged", get("a"));
        put("a", "3");
        put("b", "4");
        assertEquals(List.of("a=3", "b=4"), drained());
    }
}
