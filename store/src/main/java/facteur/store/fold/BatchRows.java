package facteur.store.fold;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The rows of a transaction with the changes of one batch before them. A row that many events of a
 * batch change is written once, and one that comes and goes within the batch is not written at all;
 * what is written goes in the order of its keys, which is how a tree likes it.
 */
final class BatchRows implements Rows {
    // One event may change millions of rows (an import): they are in one transaction, and not in
    // the heap all at once. Some ten MiB a table.
    private static final int MOST = 50_000;

    private final Rows rows;
    private final Map<Table, TableChanges> changed = new EnumMap<>(Table.class);

    BatchRows(Rows rows) {
        this.rows = rows;
        for (Table table : Table.values()) {
            changed.put(table, new TableChanges());
        }
    }

    private TableChanges of(Table table) {
        return Objects.requireNonNull(changed.get(table));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        TableChanges.Change known = of(table).find(key);
        return known != null ? known.row() : rows.get(table, key);
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        change(table, key, Optional.of(value));
    }

    /** Goes through to the rows: one way down the tree instead of two. */
    @Override
    public boolean add(Table table, byte[] key, byte[] value) {
        boolean changed = of(table).find(key) != null;
        return changed ? Rows.super.add(table, key, value) : rows.add(table, key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        change(table, key, Optional.empty());
    }

    private void change(Table table, byte[] key, Optional<byte[]> value) {
        of(table).put(key, value);
        if (of(table).size() >= MOST) {
            flush(table);
        }
    }

    @Override
    public void scan(Table table, byte[] prefix, byte[] from, Visitor visitor) {
        flush(table);
        rows.scan(table, prefix, from, visitor);
    }

    @Override
    public void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor) {
        flush(table);
        rows.scanBack(table, prefix, before, visitor);
    }

    void flush() {
        for (Table table : Table.values()) {
            flush(table);
        }
    }

    private void flush(Table table) {
        of(table)
                .drain(
                        (key, row) -> {
                            if (row.isPresent()) {
                                rows.put(table, key, row.get());
                            } else {
                                rows.delete(table, key);
                            }
                        });
    }
}
