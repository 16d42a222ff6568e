package facteur.store.lmdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks at the files of an environment before LMDB maps them: a page beyond the end of a mapped
 * file, or one for which the disk has no room, ends the process by a signal.
 *
 * <p>A file may be shorter than its header says by pages that were given out and never written; so
 * of a short file every page that is reachable is looked for, as LMDB 0.9 lays them out (lmdb.h,
 * mdb.c: MDB_page, MDB_meta, MDB_node, MDB_db).
 */
final class DataFile {
    private static final int MAGIC = 0xBEEFC0DE;
    private static final int VERSION = 1;
    private static final int META = 16; // behind the header of its page
    private static final int HEADER = 16;
    private static final int DB = 48;
    private static final int META_SIZE = META + 24 + 2 * DB + 16;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_PAGE = 1 << 16;

    private static final int BRANCH = 1;
    private static final int LEAF = 2;
    private static final int BIG = 1;
    private static final int SUB = 2;

    /** More than the readers of an environment need: 64 octets for each, and a header. */
    private static final int LOCK_SIZE = 64 << 10;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final int pageSize;

    private DataFile(Path path, FileChannel channel, long size, int pageSize) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.pageSize = pageSize;
    }

    /**
     * Refuses a file that was cut, and one that may not be opened.
     *
     * @throws IOException one line that says what is wrong
     */
    static void check(Path directory, boolean writes) throws IOException {
        Path path = directory.resolve("data.mdb");
        for (Path file : new Path[] {path, directory.resolve("lock.mdb")}) {
            boolean denied = !Files.isReadable(file) || (writes && !Files.isWritable(file));
            if (Files.exists(file) && denied) {
                throw new AccessDeniedException(file.toString());
            }
        }
        if (Files.notExists(path) || Files.size(path) == 0) {
            return; // it is made
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            check(path, channel);
        }
    }

    private static void check(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer first = read(path, channel, size, 0, META_SIZE);
        if (first.getInt(META) != MAGIC) {
            throw new IOException(path + " is no file of views: it does not begin as one");
        }
        if (first.getInt(META + 4) != VERSION) {
            return; // another layout, of which nothing is known here
        }
        int pageSize = first.getInt(META + 24);
        if (Integer.bitCount(pageSize) != 1 || pageSize > MAX_PAGE || pageSize < META_SIZE) {
            throw new IOException(path + " names pages of " + pageSize + " octets: it is damaged");
        }
        ByteBuffer second = read(path, channel, size, pageSize, META_SIZE);
        ByteBuffer meta = transaction(first) >= transaction(second) ? first : second;
        long pages = meta.getLong(META + 24 + 2 * DB) + 1;
        if (size >= pages * pageSize) {
            return;
        }
        DataFile file = new DataFile(path, channel, size, pageSize);
        file.tree(meta.getLong(META + 24 + DB - 8), MAX_DEPTH);
        file.tree(meta.getLong(META + 24 + 2 * DB - 8), MAX_DEPTH);
    }

    private static long transaction(ByteBuffer meta) {
        return meta.getLong(META + 24 + 2 * DB + 8);
    }

    private static ByteBuffer read(Path path, FileChannel channel, long size, long at, int length)
            throws IOException {
        if (at + length > size) {
            throw cut(path, size);
        }
        ByteBuffer octets = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (octets.hasRemaining()) {
            if (channel.read(octets, at + octets.position()) < 0) {
                throw cut(path, size);
            }
        }
        return octets;
    }

    private static IOException cut(Path path, long size) {
        return new IOException(
                path
                        + " was cut after "
                        + size
                        + " octets; facteur store rebuild makes the views anew, and of a backup"
                        + " another one is needed");
    }

    private void tree(long root, int depth) throws IOException {
        if (root == -1) {
            return; // empty
        }
        if (depth == 0) {
            throw new IOException(path + " is damaged: its pages lead in a circle");
        }
        ByteBuffer page = page(root, 1);
        int flags = page.getShort(10);
        int nodes = ((page.getShort(12) & 0xffff) - HEADER) / 2;
        for (int i = 0; i < nodes; i++) {
            int node = page.getShort(HEADER + 2 * i) & 0xffff;
            if ((flags & BRANCH) != 0) {
                tree(child(page, node), depth - 1);
            } else if ((flags & LEAF) != 0) {
                leaf(page, node, depth);
            }
        }
    }

    private static long child(ByteBuffer page, int node) {
        return (page.getInt(node) & 0xffffffffL) | (page.getShort(node + 4) & 0xffffL) << 32;
    }

    private void leaf(ByteBuffer page, int node, int depth) throws IOException {
        int kind = page.getShort(node + 4);
        int value = node + 8 + (page.getShort(node + 6) & 0xffff);
        if ((kind & BIG) != 0) {
            long length = page.getInt(node) & 0xffffffffL;
            page(page.getLong(value), (HEADER + length + pageSize - 1) / pageSize);
        } else if ((kind & SUB) != 0) {
            tree(page.getLong(value + DB - 8), depth - 1);
        }
    }

    private ByteBuffer page(long number, long pages) throws IOException {
        if (number < 0 || number > size / pageSize || (number + pages) * pageSize > size) {
            throw cut(path, size);
        }
        return read(path, channel, size, number * pageSize, pageSize);
    }

    /**
     * Makes the lock file with all its octets, where there is none: LMDB makes it as a hole, and
     * writes to it through the map.
     */
    static void allocateLock(Path directory) throws IOException {
        Path path = directory.resolve("lock.mdb");
        if (Files.exists(path)) {
            return;
        }
        Path beside = directory.resolve("lock.mdb.new");
        try {
            Files.write(
                    beside,
                    new byte[LOCK_SIZE],
                    StandardOpenOption.CREATE,
                    StandardOpenOption.SYNC);
            Files.move(beside, path);
        } catch (IOException e) {
            Files.deleteIfExists(beside);
            throw new IOException("make " + path + ": " + e.getMessage(), e);
        }
    }
}
