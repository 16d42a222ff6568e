package facteur.store.lmdb;

import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.journal.FileOpener;

import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.CopyFlags;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Stat;
import org.lmdbjava.Txn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One LMDB environment with a table for each {@link Table}.
 *
 * <p>Sync flags stay at their defaults: a committed transaction is on disk. Before the map is full
 * it is doubled, while no transaction is open; should one batch fill what was left, the batch is
 * given up and done again in the larger map. A reader that stays open pins old pages and keeps the
 * map from growing, so their age is watched.
 */
public final class Environment implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Environment.class);

    // Address space, not disk: the file grows with its pages.
    private static final long FIRST_MAP = 16L << 30;
    private static final double NEARLY_FULL = 0.8;
    private static final int READERS = 512;
    private static final Duration LONG_READ = Duration.ofSeconds(10);

    private final Env<ByteBuffer> env;
    private final FileOpener disk;
    private final Map<Table, Dbi<ByteBuffer>> tables = new EnumMap<>(Table.class);
    private final ReadWriteLock map = new ReentrantReadWriteLock();
    private final Map<Thread, Long> readers = new ConcurrentHashMap<>();
    // As many as there have been transactions at a time.
    private final Queue<NativeBuffer> carriers = new ConcurrentLinkedQueue<>();
    private long mapSize;
    private final int pageSize;

    /** How an environment is opened. */
    public enum Mode {
        /** What is committed is on disk. */
        DURABLE,
        /** On disk after {@link Environment#sync} and not before; for what can be made again. */
        BULK,
        /** Beside another process that writes. */
        READ_ONLY,
        /** Where nobody writes, as the caller sees to: no file is made or changed. */
        AT_REST;

        private boolean writes() {
            return switch (this) {
                case DURABLE, BULK -> true;
                case READ_ONLY, AT_REST -> false;
            };
        }

        private DataFile.Use use() {
            return switch (this) {
                case DURABLE, BULK -> DataFile.Use.WRITE;
                case READ_ONLY -> DataFile.Use.READ;
                case AT_REST -> DataFile.Use.AT_REST;
            };
        }

        private EnvFlags[] flags() {
            return switch (this) {
                case DURABLE -> new EnvFlags[] {EnvFlags.MDB_NOTLS};
                case BULK -> new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_NOSYNC};
                case READ_ONLY -> new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_RDONLY_ENV};
                case AT_REST ->
                        new EnvFlags[] {
                            EnvFlags.MDB_NOTLS, EnvFlags.MDB_RDONLY_ENV, EnvFlags.MDB_NOLOCK
                        };
            };
        }
    }

    private Environment(Env<ByteBuffer> env, long mapSize, FileOpener disk, Mode mode) {
        this.env = env;
        this.mapSize = mapSize;
        this.disk = disk;
        for (Table table : Table.values()) {
            tables.put(
                    table,
                    mode.writes()
                            ? env.openDbi(table.key(), DbiFlags.MDB_CREATE)
                            : env.openDbi(table.key()));
        }
        this.pageSize = env.stat().pageSize;
    }

    public static Environment open(Path directory, Mode mode, FileOpener disk) throws IOException {
        return open(directory, FIRST_MAP, mode, disk);
    }

    /**
     * Looks at what an opening reads first, where there is anything, and changes nothing.
     *
     * @throws IOException one line that says what is wrong and what to do
     */
    public static void requireReadable(Path directory) throws IOException {
        DataFile.check(directory, DataFile.Use.WRITE);
    }

    /**
     * As {@link #requireReadable}, where there must be something.
     *
     * @throws IOException one line that says what is wrong and what to do
     */
    public static void requirePresent(Path directory) throws IOException {
        DataFile.check(directory, DataFile.Use.READ);
    }

    /**
     * Looks at every page in use of an environment to which nobody writes, and changes nothing.
     *
     * @throws IOException one line that says what is wrong and what to do
     */
    public static void requireWhole(Path directory) throws IOException {
        DataFile.check(directory, DataFile.Use.AT_REST);
    }

    static Environment open(Path directory, long firstMap, Mode mode, FileOpener disk)
            throws IOException {
        Path data = directory.resolve("data.mdb");
        DataFile.check(directory, mode.use());
        if (mode.writes()) {
            Files.createDirectories(directory);
            DataFile.allocateLock(directory);
        }
        long size = Math.max(firstMap, Files.exists(data) ? Files.size(data) * 2 : 0);
        Env<ByteBuffer> env;
        try {
            env =
                    Env.create(ByteBufferProxy.PROXY_OPTIMAL)
                            .setMapSize(size)
                            .setMaxDbs(Table.values().length)
                            .setMaxReaders(READERS)
                            .open(directory.toFile(), mode.flags());
        } catch (LmdbException e) {
            throw new IOException("open " + data + ": " + e.getMessage(), e);
        }
        try {
            if (mode.writes()) {
                int dead = env.readerCheck();
                if (dead > 0) {
                    log.info("cleared {} LMDB readers of processes that have ended", dead);
                }
            }
            return new Environment(env, size, disk, mode);
        } catch (LmdbException e) {
            env.close();
            throw new IOException(
                    "open the tables of "
                            + data
                            + ": "
                            + e.getMessage()
                            + "; facteur store rebuild makes the views anew",
                    e);
        } catch (RuntimeException e) {
            env.close();
            throw e;
        }
    }

    /** Reads in one short transaction: everything needed is copied out by {@code reading}. */
    public <T> T read(Function<Rows, T> reading) {
        Long outer = readers.putIfAbsent(Thread.currentThread(), System.nanoTime());
        map.readLock().lock();
        try (Txn<ByteBuffer> txn = env.txnRead()) {
            return within(txn, reading);
        } finally {
            map.readLock().unlock();
            if (outer == null) {
                readers.remove(Thread.currentThread());
            }
        }
    }

    private <T> T within(Txn<ByteBuffer> txn, Function<Rows, T> work) {
        NativeBuffer idle = carriers.poll();
        NativeBuffer nativeBuffer = idle == null ? new NativeBuffer() : idle;
        try (TxnRows rows = new TxnRows(txn, tables, nativeBuffer)) {
            return work.apply(rows);
        } finally {
            carriers.offer(nativeBuffer);
        }
    }

    /** For how long the oldest reader has been reading. */
    public Duration oldestReader() {
        long now = System.nanoTime();
        return readers.values().stream()
                .map(since -> Duration.ofNanos(now - since))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Says who reads for too long. */
    public void watchReaders() {
        readingLongerThan(LONG_READ)
                .forEach(
                        (thread, time) ->
                                log.warn(
                                        "{} has been reading the views for {} s: the file grows"
                                                + " and cannot be mapped larger until it ends",
                                        thread,
                                        time.toSeconds()));
    }

    /** Threads that have been reading for longer than {@code most}, by name. */
    Map<String, Duration> readingLongerThan(Duration most) {
        long now = System.nanoTime();
        Map<String, Duration> found = new TreeMap<>();
        readers.forEach(
                (thread, since) -> {
                    Duration time = Duration.ofNanos(now - since);
                    if (time.compareTo(most) > 0) {
                        found.put(thread.getName(), time);
                    }
                });
        return found;
    }

    /**
     * Writes in one transaction, which is on disk when this returns. May run {@code writing} again
     * after growing the map.
     */
    public void write(Consumer<Rows> writing) {
        if (isNearlyFull()) {
            grow();
        }
        while (!tryWrite(writing)) {
            grow();
        }
    }

    private boolean isNearlyFull() {
        return env.info().lastPageNumber * pageSize > mapSize * NEARLY_FULL;
    }

    private boolean tryWrite(Consumer<Rows> writing) {
        map.readLock().lock();
        try (Txn<ByteBuffer> txn = env.txnWrite()) {
            within(
                    txn,
                    rows -> {
                        writing.accept(rows);
                        return true;
                    });
            disk.commit(txn::commit);
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

    /** Puts everything that was written on disk; only of use in {@link Mode#BULK}. */
    public void sync() {
        env.sync(true);
    }

    /** A consistent copy without free pages, made while writing goes on; on disk at return. */
    public void copyTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        map.readLock().lock();
        try {
            env.copy(directory.toFile(), CopyFlags.MDB_CP_COMPACT);
        } catch (LmdbException e) {
            throw new IOException("copy the views to " + directory + ": " + e.getMessage(), e);
        } finally {
            map.readLock().unlock();
        }
        try (var data = disk.open(directory.resolve("data.mdb"), WRITE)) {
            data.force(true);
        }
    }

    private static final java.util.Set<java.nio.file.StandardOpenOption> WRITE =
            java.util.Set.of(java.nio.file.StandardOpenOption.WRITE);

    /** Octets of the file that hold pages, free ones included. */
    public long octets() {
        EnvInfo info = env.info();
        return (info.lastPageNumber + 1) * pageSize;
    }

    /**
     * How large a table is.
     *
     * @param octets of its pages
     */
    public record Size(long rows, long octets) {}

    public Map<Table, Size> sizes() {
        Map<Table, Size> sizes = new EnumMap<>(Table.class);
        map.readLock().lock();
        try (Txn<ByteBuffer> txn = env.txnRead()) {
            tables.forEach(
                    (table, dbi) -> {
                        Stat stat = Objects.requireNonNull(dbi.stat(txn));
                        long pages = stat.branchPages + stat.leafPages + stat.overflowPages;
                        sizes.put(table, new Size(stat.entries, pages * stat.pageSize));
                    });
        } finally {
            map.readLock().unlock();
        }
        return sizes;
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
}
