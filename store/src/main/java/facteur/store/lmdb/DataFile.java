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
    private static final int OVERFLOW = 4;
    private static final int KINDS = BRANCH | LEAF | OVERFLOW;
    private static final int NODE = 8;
    private static final int BIG = 1;
    private static final int SUB = 2;

    /** How often a file that is written meanwhile is looked at anew. */
    private static final int LOOKS = 20;

    private static final String ADVICE =
            "; facteur store rebuild makes the views anew, and of a backup another one is needed";

    /** More than the readers of an environment need: 64 octets for each, and a header. */
    private static final int LOCK_SIZE = 64 << 10;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final int pageSize;
    private final boolean deep;

    /**
     * @param deep whether the trees of the tables are looked at, and not the list of them alone
     */
    private DataFile(Path path, FileChannel channel, long size, int pageSize, boolean deep) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.pageSize = pageSize;
        this.deep = deep;
    }

    /** What a file is to be opened for. */
    enum Use {
        /** It is made where there is none. */
        WRITE,
        /** It is there, and another process may write it. */
        READ,
        /** It is there, nobody writes it, and nothing beside it is used. */
        AT_REST
    }

    /**
     * Refuses a file that was cut or overwritten where every opening reads, and one that may not be
     * opened; of one at rest, also if any page that is in use is not what it should be, for which
     * all of it is read.
     *
     * @throws IOException one line that says what is wrong and what to do
     */
    static void check(Path directory, Use use) throws IOException {
        Path path = directory.resolve("data.mdb");
        requireAccess(path, use == Use.WRITE);
        if (use != Use.AT_REST) {
            // Readers write their place into it, but on a medium that nobody can write to.
            requireAccess(directory.resolve("lock.mdb"), !isReadOnly(directory));
        }
        if (!hasOctets(path)) {
            if (use == Use.WRITE) {
                return; // it is made
            }
            throw new IOException(
                    path + (Files.exists(path) ? " is empty" : " is missing") + ADVICE);
        }
        check(path, use == Use.AT_REST);
    }

    private static boolean isReadOnly(Path directory) throws IOException {
        return Files.exists(directory) && Files.getFileStore(directory).isReadOnly();
    }

    private static void requireAccess(Path file, boolean writes) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        if (!Files.isReadable(file) || (writes && !Files.isWritable(file))) {
            throw new AccessDeniedException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("open " + file + ": it is no file; move it away");
        }
    }

    private static boolean hasOctets(Path path) throws IOException {
        return Files.exists(path) && Files.size(path) > 0;
    }

    private static void check(Path path, boolean whole) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            for (int look = 1; ; look++) {
                long before = newest(path, channel);
                try {
                    check(path, channel, whole);
                    return;
                } catch (IOException e) {
                    // Pages that a transaction frees are used again by one of the next.
                    if (look == LOOKS || newest(path, channel) == before) {
                        throw e;
                    }
                }
            }
        }
    }

    private static long newest(Path path, FileChannel channel) throws IOException {
        ByteBuffer[] metas = metas(path, channel);
        return metas.length == 0 ? 0 : Math.max(transaction(metas[0]), transaction(metas[1]));
    }

    /** Both of them; none when the file is in another layout, of which nothing is known here. */
    private static ByteBuffer[] metas(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer first = read(path, channel, size, 0, META_SIZE);
        if (first.getInt(META) != MAGIC) {
            throw new IOException(path + " is no file of views: it does not begin as one" + ADVICE);
        }
        if (first.getInt(META + 4) != VERSION) {
            return new ByteBuffer[0];
        }
        int pageSize = first.getInt(META + 24);
        if (Integer.bitCount(pageSize) != 1 || pageSize > MAX_PAGE || pageSize < META_SIZE) {
            throw new IOException(
                    path + " names pages of " + pageSize + " octets: it is damaged" + ADVICE);
        }
        ByteBuffer second = read(path, channel, size, pageSize, META_SIZE);
        if (second.getInt(META) != MAGIC) {
            throw new IOException(path + " is damaged at page 1" + ADVICE);
        }
        return new ByteBuffer[] {first, second};
    }

    private static void check(Path path, FileChannel channel, boolean whole) throws IOException {
        ByteBuffer[] metas = metas(path, channel);
        if (metas.length == 0) {
            return;
        }
        ByteBuffer meta = transaction(metas[0]) >= transaction(metas[1]) ? metas[0] : metas[1];
        long size = channel.size();
        int pageSize = metas[0].getInt(META + 24);
        long pages = meta.getLong(META + 24 + 2 * DB) + 1;
        boolean deep = whole || size < pages * pageSize;
        DataFile file = new DataFile(path, channel, size, pageSize, deep);
        if (deep) {
            file.tree(meta.getLong(META + 24 + DB - 8), MAX_DEPTH);
        }
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
        return new IOException(path + " was cut after " + size + " octets" + ADVICE);
    }

    private void tree(long root, int depth) throws IOException {
        if (root == -1) {
            return; // empty
        }
        if (depth == 0) {
            throw new IOException(path + " is damaged: its pages lead in a circle" + ADVICE);
        }
        ByteBuffer page = page(root, 1);
        int kind = page.getShort(10) & KINDS;
        int lower = page.getShort(12) & 0xffff;
        int upper = page.getShort(14) & 0xffff;
        require(kind == BRANCH || kind == LEAF, root);
        require(HEADER <= lower && lower <= upper && upper <= pageSize, root);
        for (int i = 0; i < (lower - HEADER) / 2; i++) {
            int node = page.getShort(HEADER + 2 * i) & 0xffff;
            require(upper <= node && node + NODE <= pageSize, root);
            int value = node + NODE + (page.getShort(node + 6) & 0xffff);
            require(value <= pageSize, root);
            if (kind == BRANCH) {
                tree(child(page, node), depth - 1);
            } else {
                leaf(page, root, node, value, depth);
            }
        }
    }

    private void require(boolean holds, long page) throws IOException {
        if (!holds) {
            throw new IOException(path + " is damaged at page " + page + ADVICE);
        }
    }

    private static long child(ByteBuffer page, int node) {
        return (page.getInt(node) & 0xffffffffL) | (page.getShort(node + 4) & 0xffffL) << 32;
    }

    private void leaf(ByteBuffer page, long number, int node, int value, int depth)
            throws IOException {
        int kind = page.getShort(node + 4);
        long length = page.getInt(node) & 0xffffffffL;
        require(value + ((kind & BIG) != 0 ? 8 : length) <= pageSize, number);
        if ((kind & BIG) != 0) {
            long first = page.getLong(value);
            ByteBuffer octets = page(first, (HEADER + length + pageSize - 1) / pageSize);
            require((octets.getShort(10) & KINDS) == OVERFLOW, first);
        } else if ((kind & SUB) != 0 && deep) {
            require(length >= DB, number);
            tree(page.getLong(value + DB - 8), depth - 1);
        }
    }

    private ByteBuffer page(long number, long pages) throws IOException {
        if (number < 0 || number > size / pageSize || (number + pages) * pageSize > size) {
            throw cut(path, size);
        }
        ByteBuffer page = read(path, channel, size, number * pageSize, pageSize);
        require(page.getLong(0) == number, number);
        return page;
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
