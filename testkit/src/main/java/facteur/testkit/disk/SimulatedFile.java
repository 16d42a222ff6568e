package facteur.testkit.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What a file holds for those who read it, and what of that is on disk.
 *
 * <p>A page that was written keeps its versions until a sync. When the power is lost, each of its
 * sectors is on disk in any of them: a disk writes sectors whole, and in an order of its own. After
 * a sync that failed the kernel takes the pages for clean, and the next sync does not write them
 * (the "fsyncgate" of 2018): they stay in doubt until they are written again.
 */
final class SimulatedFile {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    private static final byte[] ZEROS = new byte[PAGE];

    private final List<byte[]> cached = new ArrayList<>();
    private final List<byte[]> stored = new ArrayList<>();
    // By page, oldest first.
    private final NavigableMap<Integer, List<byte[]>> unsynced = new TreeMap<>();
    private final NavigableMap<Integer, List<byte[]>> doubtful = new TreeMap<>();
    private long size;
    private long storedSize;

    /** How much of what was not synced is on disk when the power is lost. */
    enum Survival {
        NOTHING,
        EVERYTHING,
        SOME_PAGES,
        SOME_SECTORS
    }

    long size() {
        return size;
    }

    /** Returns how many octets were read; -1 at the end. */
    int read(ByteBuffer to, long from) {
        if (from >= size) {
            return -1;
        }
        int length = (int) Math.min(to.remaining(), size - from);
        long at = from;
        for (int left = length; left > 0; ) {
            int within = (int) (at % PAGE);
            int count = Math.min(left, PAGE - within);
            to.put(page(cached, (int) (at / PAGE)), within, count);
            at += count;
            left -= count;
        }
        return length;
    }

    void write(ByteBuffer from, long to) {
        long at = to;
        while (from.hasRemaining()) {
            int within = (int) (at % PAGE);
            int count = Math.min(from.remaining(), PAGE - within);
            write((int) (at / PAGE), within, from.slice(from.position(), count));
            from.position(from.position() + count);
            at += count;
        }
        size = Math.max(size, at);
    }

    private void write(int page, int within, ByteBuffer octets) {
        byte[] before = page(cached, page);
        boolean same = ByteBuffer.wrap(before, within, octets.remaining()).equals(octets);
        byte[] after = before;
        if (!same) {
            after = before.clone();
            octets.get(after, within, octets.remaining());
        }
        set(cached, page, after);
        if (!same || doubtful.containsKey(page)) {
            unsynced.computeIfAbsent(page, _ -> new ArrayList<>()).add(after);
        }
    }

    private static byte[] page(List<byte[]> pages, int number) {
        return number < pages.size() ? pages.get(number) : ZEROS;
    }

    private static void set(List<byte[]> pages, int number, byte[] page) {
        while (pages.size() <= number) {
            pages.add(ZEROS);
        }
        pages.set(number, page);
    }

    void sync() {
        unsynced.keySet().forEach(page -> set(stored, page, page(cached, page)));
        doubtful.keySet().removeAll(unsynced.keySet());
        unsynced.clear();
        storedSize = size;
    }

    /** A sync that fails: nothing of what it was to write is sure, nor written by the next. */
    void failSync() {
        unsynced.forEach(
                (page, versions) ->
                        doubtful.computeIfAbsent(page, _ -> new ArrayList<>()).addAll(versions));
        unsynced.clear();
    }

    void losePower(Survival survival, RandomGenerator random) {
        failSync();
        if (size != storedSize && (survival == Survival.EVERYTHING || random.nextBoolean())) {
            storedSize = size;
        }
        doubtful.forEach(
                (page, versions) ->
                        set(
                                stored,
                                page,
                                switch (survival) {
                                    case NOTHING -> page(stored, page);
                                    case EVERYTHING -> versions.getLast();
                                    case SOME_PAGES -> any(page, versions, random);
                                    case SOME_SECTORS -> torn(page, versions, random);
                                }));
        doubtful.clear();
        size = storedSize;
        cached.clear();
        cached.addAll(stored);
    }

    private byte[] any(int page, List<byte[]> versions, RandomGenerator random) {
        int which = random.nextInt(versions.size() + 1);
        return which == 0 ? page(stored, page) : versions.get(which - 1);
    }

    private byte[] torn(int page, List<byte[]> versions, RandomGenerator random) {
        byte[] torn = Arrays.copyOf(page(stored, page), PAGE);
        for (int sector = 0; sector < PAGE; sector += SECTOR) {
            System.arraycopy(any(page, versions, random), sector, torn, sector, SECTOR);
        }
        return torn;
    }
}
