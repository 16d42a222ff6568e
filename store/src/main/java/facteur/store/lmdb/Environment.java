package facteur.store.lmdb;

import facteur.store.fold.Rows;
import facteur.store.fold.Table;

import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One LMDB environment with a table for each {@link Table}.
 *
 * <p>Sync flags stay at their defaults: a committed transaction is on disk. When the map is full,
 * the transaction is given up, the map doubled while no transaction is open, and the work done
 * again.
 */
public final class Environment implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Environment.class);

    // Address space, not disk: the file grows with its pages.
    private static final long FIRST_MAP = 16L << 30;
    private static final int READERS = 512;

    private final Env<byte[]> env;
    private final Map<Table, Dbi<byte[]>> tables = new EnumMap<>(Table.class);
    private final ReadWriteLock map = new ReentrantReadWriteLock();
    private long mapSize;

    private Environment(Env<byte[]> env, long mapSize) {
        this.env = env;
        this.mapSize = mapSize;
        for (Table table : Table.values()) {
            tables.put(table, env.openDbi(table.key(), DbiFlags.MDB_CREATE));
        }
    }

    public static Environment open(Path directory) throws IOException {
        return open(directory, FIRST_MAP);
    }

    static Environment open(Path directory, long firstMap) throws IOException {
        Files.createDirectories(directory);
        Path data = directory.resolve("data.mdb");
        long size = Math.max(firstMap, Files.exists(data) ? Files.size(data) * 2 : 0);
        Env<byte[]> env =
                Env.create(ByteArrayProxy.PROXY_BA)
                        .setMapSize(size)
                        .setMaxDbs(Table.values().length)
                        .setMaxReaders(READERS)
                        .open(directory.toFile(), EnvFlags.MDB_NOTLS);
        return new Environment(env, size);
    }

    /** Reads in one short transaction: everything needed is copied out by {@code reading}. */
    public <T> T read(Function<Rows, T> reading) {
        map.readLock().lock();
        try (Txn<byte[]> txn = env.txnRead()) {
            return reading.apply(new TxnRows(txn));
        } finally {
            map.readLock().unlock();
        }
    }

    /**
     * Writes in one transaction, which is on disk when this returns. May run {@code writing} again
     * after growing the map.
     */
    public void write(Consumer<Rows> writing) {
        while (!tryWrite(writing)) {
            grow();
        }
    }

    private boolean tryWrite(Consumer<Rows> writing) {
        map.readLock().lock();
        try (Txn<byte[]> txn = env.txnWrite()) {
            writing.accept(new TxnRows(txn));
            txn.commit();
            return true;
        } catch (Env.MapFullException e) {
            return false;
        } finally {
            map.readLock().unlock();
        }
    }

    private void grow() {
        map.writeLock().lock();
        try {
            mapSize *= 2;
            env.setMapSize(mapSize);
            log.info("the map of the views grew to {} MiB", mapSize >> 20);
        } finally {
            map.writeLock().unlock();
        }
    }

    /** A consistent copy, made while writing goes on. */
    public void copyTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        map.readLock().lock();
        try {
            env.copy(directory.toFile());
        } finally {
            map.readLock().unlock();
        }
    }

    @Override
    public void close() {
        map.writeLock().lock();
        try {
            env.close();
        } finally {
            map.writeLock().unlock();
        }
    }

    private final class TxnRows implements Rows {
        private final Txn<byte[]> txn;

        TxnRows(Txn<byte[]> txn) {
            this.txn = txn;
        }

        private Dbi<byte[]> dbi(Table table) {
            return java.util.Objects.requireNonNull(tables.get(table));
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
}
