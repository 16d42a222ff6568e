package facteur.store.fold;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads a page of a table, in either direction, and stops with the row that fills it. */
public final class TablePage {
    private TablePage() {}

    /**
     * Rows under {@code prefix} in the order of their keys.
     *
     * @param from the first key that is looked at
     * @param row makes a value of key and row; where it makes none the row is left out
     */
    public static <T> List<T> forward(
            Rows rows,
            Table table,
            byte[] prefix,
            byte[] from,
            int limit,
            BiFunction<byte[], byte[], Optional<T>> row) {
        List<T> page = new ArrayList<>();
        if (limit > 0) {
            rows.scan(
                    table,
                    prefix,
                    from,
                    (key, value) -> isOpen(page, row.apply(key, value), limit));
        }
        return page;
    }

    /**
     * Rows under {@code prefix} against the order of their keys.
     *
     * @param before behind the first key that is looked at
     * @param row makes a value of key and row; where it makes none the row is left out
     */
    public static <T> List<T> backward(
            Rows rows,
            Table table,
            byte[] prefix,
            byte[] before,
            int limit,
            BiFunction<byte[], byte[], Optional<T>> row) {
        List<T> page = new ArrayList<>();
        if (limit > 0) {
            rows.scanBack(
                    table,
                    prefix,
                    before,
                    (key, value) -> isOpen(page, row.apply(key, value), limit));
        }
        return page;
    }

    private static <T> boolean isOpen(List<T> page, Optional<T> next, int limit) {
        next.ifPresent(page::add);
        return page.size() < limit;
    }

    /** The smallest key behind {@code key}. */
    public static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
