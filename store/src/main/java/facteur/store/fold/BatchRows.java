package facteur.store.fold;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
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

    // In the order in which keys came, which is nearly the order of the keys where the load is:
    // sorting them at the end is cheaper than keeping them in a tree.
    private final Map<Table, Map<Key, Optional<byte[]>>> changed = new EnumMap<>(Table.class);

    /** Octets with the equality of their content. */
    private record Key(byte[] octets, int hash) {
        private static final int FACTOR = 0x9e3779b1;

        static Key of(byte[] octets) {
            return new Key(octets, hash(octets));
        }

        /** With a factor of 31 most keys, which are numbers, would share theirs with others. */
        private static int hash(byte[] octets) {
            int hash = 0;
            for (byte octet : octets) {
                hash = hash * FACTOR + octet;
            }
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(octets, key.octets);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    BatchRows(Rows rows) {
        this.rows = rows;
        for (Table table : Table.values()) {
            changed.put(table, new LinkedHashMap<>());
        }
    }

    private Map<Key, Optional<byte[]>> of(Table table) {
        return Objects.requireNonNull(changed.get(table));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        Optional<byte[]> known = of(table).get(Key.of(key));
        return known != null ? known : rows.get(table, key);
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        change(table, key, Optional.of(value));
    }

    /** Goes through to the rows: one way down the tree instead of two. */
    @Override
    public boolean add(Table table, byte[] key, byte[] value) {
        // Most tables that are added to are not changed otherwise: no key is hashed for them.
        boolean changed = !of(table).isEmpty() && of(table).containsKey(Key.of(key));
        return changed ? Rows.super.add(table, key, value) : rows.add(table, key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        change(table, key, Optional.empty());
    }

    private void change(Table table, byte[] key, Optional<byte[]> value) {
        of(table).put(Key.of(key), value);
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
        if (of(table).isEmpty()) {
            return;
        }
        List<Key> keys = new ArrayList<>(of(table).keySet());
        keys.sort((one, other) -> Arrays.compareUnsigned(one.octets(), other.octets()));
        for (Key key : keys) {
            Objects.requireNonNull(of(table).get(key))
                    .ifPresentOrElse(
                            octets -> rows.put(table, key.octets(), octets),
                            () -> rows.delete(table, key.octets()));
        }
        of(table).clear();
    }
}
