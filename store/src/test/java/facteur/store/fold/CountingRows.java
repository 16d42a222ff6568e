package facteur.store.fold;

import java.util.Optional;

/** Counts what is asked of rows: each that is read, visited or written. */
public final class CountingRows implements Rows {
    private final Rows rows;
    private long touched;
    private long octets;

    public CountingRows(Rows rows) {
        this.rows = rows;
    }

    /** Rows touched so far. */
    public long touched() {
        return touched;
    }

    /** Octets of the values that were read or written so far. */
    public long octets() {
        return octets;
    }

    private boolean count(byte[] value) {
        touched++;
        octets += value.length;
        return true;
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        Optional<byte[]> found = rows.get(table, key);
        boolean _ = count(found.orElse(new byte[0]));
        return found;
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        boolean _ = count(value);
        rows.put(table, key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        touched++;
        rows.delete(table, key);
    }

    @Override
    public void scan(Table table, byte[] prefix, byte[] from, Visitor visitor) {
        rows.scan(table, prefix, from, (key, value) -> count(value) && visitor.visit(key, value));
    }

    @Override
    public void scanBack(Table table, byte[] prefix, byte[] before, Visitor visitor) {
        rows.scanBack(
                table, prefix, before, (key, value) -> count(value) && visitor.visit(key, value));
    }
}
