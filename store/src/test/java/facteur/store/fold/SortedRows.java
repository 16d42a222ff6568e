package facteur.store.fold;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Rows in memory. */
public final class SortedRows implements Rows {
    private final Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);

    public SortedRows() {
        for (Table table : Table.values()) {
            tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    private NavigableMap<byte[], byte[]> table(Table table) {
        return Objects.requireNonNull(tables.get(table));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        return Optional.ofNullable(table(table).get(key));
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        table(table).put(key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        table(table).remove(key);
    }

    @Override
    public void scan(Table table, byte[] prefix, byte[] from, Visitor visitor) {
        visit(table(table).tailMap(from, true), prefix, visitor);
    }

    @Override
    public void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor) {
        visit(table(table).headMap(before, false).descendingMap(), prefix, visitor);
    }

    private static void visit(NavigableMap<byte[], byte[]> rows, byte[] prefix, Visitor visitor) {
        for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
            boolean under =
                    row.getKey().length >= prefix.length
                            && Arrays.equals(
                                    row.getKey(), 0, prefix.length, prefix, 0, prefix.length);
            if (!under || !visitor.visit(row.getKey(), row.getValue())) {
                return;
            }
        }
    }

    /** All rows of the tables, readable, for comparison. */
    public String dump(Table... which) {
        StringBuilder text = new StringBuilder();
        for (Table table : which) {
            table(table)
                    .forEach(
                            (key, value) ->
                                    text.append(table)
                                            .append(' ')
                                            .append(java.util.HexFormat.of().formatHex(key))
                                            .append(" = ")
                                            .append(java.util.HexFormat.of().formatHex(value))
                                            .append('\n'));
        }
        return text.toString();
    }
}
