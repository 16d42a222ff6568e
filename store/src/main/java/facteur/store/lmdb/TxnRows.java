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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The tables as one transaction sees them. */
final class TxnRows implements Rows {
    private final Txn<ByteBuffer> txn;
    private final Map<Table, Dbi<ByteBuffer>> tables;
    private final Carrier carrier;

    /**
     * @param carrier nobody else's while the transaction is open
     */
    TxnRows(Txn<ByteBuffer> txn, Map<Table, Dbi<ByteBuffer>> tables, Carrier carrier) {
        this.txn = txn;
        this.tables = tables;
        this.carrier = carrier;
    }

    private Dbi<ByteBuffer> dbi(Table table) {
        return Objects.requireNonNull(tables.get(table));
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        return Optional.ofNullable(dbi(table).get(txn, carrier.key(key))).map(Carrier::octets);
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        dbi(table).put(txn, carrier.key(key), carrier.value(value));
    }

    @Override
    public boolean add(Table table, byte[] key, byte[] value) {
        return dbi(table)
                .put(txn, carrier.key(key), carrier.value(value), PutFlags.MDB_NOOVERWRITE);
    }

    @Override
    public void delete(Table table, byte[] key) {
        dbi(table).delete(txn, carrier.key(key));
    }

    @Override
    public void scan(Table table, byte[] prefix, byte[] from, Visitor visitor) {
        try (Cursor<ByteBuffer> cursor = dbi(table).openCursor(txn)) {
            boolean found =
                    from.length == 0
                            ? cursor.first()
                            : cursor.get(carrier.key(from), GetOp.MDB_SET_RANGE);
            while (found && visit(cursor, prefix, visitor)) {
                found = cursor.next();
            }
        }
    }

    @Override
    public void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor) {
        try (Cursor<ByteBuffer> cursor = dbi(table).openCursor(txn)) {
            boolean found =
                    cursor.get(carrier.key(before), GetOp.MDB_SET_RANGE)
                            ? cursor.prev()
                            : cursor.seek(SeekOp.MDB_LAST);
            while (found && visit(cursor, prefix, visitor)) {
                found = cursor.prev();
            }
        }
    }

    /** False when the cursor has left the prefix, or the visitor has seen enough. */
    private static boolean visit(Cursor<ByteBuffer> cursor, byte[] prefix, Visitor visitor) {
        byte[] key = Carrier.octets(cursor.key());
        return startsWith(key, prefix) && visitor.visit(key, Carrier.octets(cursor.val()));
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
