package facteur.store.fold;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rows of a transaction with the changes of one batch before them. A row that many events of a
 * batch change is written once, and one that comes and goes within the batch is not written at all;
 * what is written goes in the order of its keys, which is how a tree likes it.
 */
final class BatchRows implements Rows {
    private final Rows rows;
    private final Map<Table, NavigableMap<byte[], Optional<byte[]>>> changed =
            new EnumMap<>(Table.class);

    BatchRows(Rows rows) {
        this.rows = rows;
    }

    private NavigableMap<byte[], Optional<byte[]>> of(Table table) {
        return changed.computeIfAbsent(table, _ -> new TreeMap<>(Arrays::compareUnsigned));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        Optional<byte[]> known = of(table).get(key);
        return known != null ? known : rows.get(table, key);
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        of(table).put(key, Optional.of(value));
    }

    @Override
    public void delete(Table table, byte[] key) {
        of(table).put(key, Optional.empty());
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
                .forEach(
                        (key, value) ->
                                value.ifPresentOrElse(
                                        octets -> rows.put(table, key, octets),
                                        () -> rows.delete(table, key)));
        of(table).clear();
    }
}
