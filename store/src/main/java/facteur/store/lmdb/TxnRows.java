package facteur.store.lmdb;

import facteur.store.fold.Rows;
import facteur.store.fold.Table;

import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.PutFlags;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The tables as one transaction sees them.
 *
 * <p>Who comes back to a table has a cursor in it from then on: a key that stands on the page where
 * the last one stood is found without going down the tree. Who sorts what he asks for stays on a
 * page for long.
 */
final class TxnRows implements Rows, AutoCloseable {
    private final Txn<ByteBuffer> txn;
    private final Map<Table, Dbi<ByteBuffer>> tables;
    private final NativeBuffer nativeBuffer;
    private final Set<Table> visited = EnumSet.noneOf(Table.class);
    private final Map<Table, Cursor<ByteBuffer>> cursors = new EnumMap<>(Table.class);

    /**
     * @param nativeBuffer nobody else's while the transaction is open
     */
    TxnRows(Txn<ByteBuffer> txn, Map<Table, Dbi<ByteBuffer>> tables, NativeBuffer nativeBuffer) {
        this.txn = txn;
        this.tables = tables;
        this.nativeBuffer = nativeBuffer;
    }

    private Dbi<ByteBuffer> dbi(Table table) {
        return Objects.requireNonNull(tables.get(table));
    }

    private Cursor<ByteBuffer> cursor(Table table) {
        Cursor<ByteBuffer> known = cursors.get(table);
        if (known != null) {
            return known;
        }
        Cursor<ByteBuffer> opened = dbi(table).openCursor(txn);
        cursors.put(table, opened);
        return opened;
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        ByteBuffer wanted = nativeBuffer.key(key);
        if (visited.add(table)) { // a single look-up is cheaper than a cursor
            return Optional.ofNullable(dbi(table).get(txn, wanted)).map(NativeBuffer::octets);
        }
        Cursor<ByteBuffer> cursor = cursor(table);
        return cursor.get(wanted, GetOp.MDB_SET)
                ? Optional.of(NativeBuffer.octets(cursor.val()))
                : Optional.empty();
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        cursor(table).put(nativeBuffer.key(key), nativeBuffer.value(value));
    }

    @Override
    public boolean add(Table table, byte[] key, byte[] value) {
        return cursor(table)
                .put(nativeBuffer.key(key), nativeBuffer.value(value), PutFlags.MDB_NOOVERWRITE);
    }

    @Override
    public void delete(Table table, byte[] key) {
        dbi(table).delete(txn, nativeBuffer.key(key));
    }

    @Override
    public void scan(Table table, byte[] prefix, byte[] from, Visitor visitor) {
        try (Cursor<ByteBuffer> cursor = dbi(table).openCursor(txn)) {
            boolean found =
                    from.length == 0
                            ? cursor.first()
                            : cursor.get(nativeBuffer.key(from), GetOp.MDB_SET_RANGE);
            while (found && visit(cursor, prefix, visitor)) {
                found = cursor.next();
            }
        }
    }

    @Override
    public void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor) {
        try (Cursor<ByteBuffer> cursor = dbi(table).openCursor(txn)) {
            boolean found =
                    cursor.get(nativeBuffer.key(before), GetOp.MDB_SET_RANGE)
                            ? cursor.prev()
                            : cursor.seek(SeekOp.MDB_LAST);
            while (found && visit(cursor, prefix, visitor)) {
                found = cursor.prev();
            }
        }
    }

    /** To be called before the transaction ends: it takes its cursors with it. */
    @Override
    public void close() {
        cursors.values().forEach(Cursor::close);
        cursors.clear();
    }

    /** False when the cursor has left the prefix, or the visitor has seen enough. */
    private static boolean visit(Cursor<ByteBuffer> cursor, byte[] prefix, Visitor visitor) {
        byte[] key = NativeBuffer.octets(cursor.key());
        return startsWith(key, prefix) && visitor.visit(key, NativeBuffer.octets(cursor.val()));
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
