package facteur.store.lmdb;

import facteur.store.fold.Rows;
import facteur.store.fold.Table;

import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The tables as one transaction sees them. */
final class TxnRows implements Rows {
    private final Txn<byte[]> txn;
    private final Map<Table, Dbi<byte[]>> tables;

    TxnRows(Txn<byte[]> txn, Map<Table, Dbi<byte[]>> tables) {
        this.txn = txn;
        this.tables = tables;
    }

    private Dbi<byte[]> dbi(Table table) {
        return Objects.requireNonNull(tables.get(table));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        return Optional.ofNullable(dbi(table).get(txn, key));
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        dbi(table).put(txn, key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        dbi(table).delete(txn, key);
    }

    @Override
    public void scan(Table table, byte[] prefix, byte[] from, Visitor visitor) {
        try (Cursor<byte[]> cursor = dbi(table).openCursor(txn)) {
            boolean found =
                    from.length == 0 ? cursor.first() : cursor.get(from, GetOp.MDB_SET_RANGE);
            while (found
                    && startsWith(cursor.key(), prefix)
                    && visitor.visit(cursor.key(), cursor.val())) {
                found = cursor.next();
            }
        }
    }

    @Override
    public void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor) {
        try (Cursor<byte[]> cursor = dbi(table).openCursor(txn)) {
            boolean found =
                    cursor.get(before, GetOp.MDB_SET_RANGE)
                            ? cursor.prev()
                            : cursor.seek(SeekOp.MDB_LAST);
            while (found
                    && startsWith(cursor.key(), prefix)
                    && visitor.visit(cursor.key(), cursor.val())) {
                found = cursor.prev();
            }
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
