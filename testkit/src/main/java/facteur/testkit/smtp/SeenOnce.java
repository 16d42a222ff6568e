package facteur.testkit.smtp;

/**
 * A bounded set of 64-bit hashes that tells what it has seen before: open addressing in shards, 8
 * bytes a slot. Thread-safe.
 */
final class SeenOnce {
    private static final int SHARDS = 64;

    private final Shard[] shards = new Shard[SHARDS];

    /** How many hashes it holds at most, roughly; what comes beyond is never known. */
    SeenOnce(int capacity) {
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard(Math.max(16, capacity / SHARDS));
        }
    }

    /** Adds a hash; tells whether it was there already. */
    boolean seenBefore(long hash) {
        long mixed = mix(hash);
        return shards[(int) (mixed >>> 58)].seenBefore(mixed == 0 ? 1 : mixed);
    }

    /** Whether some hashes could not be held, so that duplicates may be missed. */
    boolean overflowed() {
        for (Shard shard : shards) {
            if (shard.overflowed()) {
                return true;
            }
        }
        return false;
    }

    /** FNV-1a over some bytes, letters taken as lower-case. */
    static long hash(long seed, byte[] bytes, int from, int to) {
        long hash = seed ^ 0xcbf29ce484222325L;
        for (int i = from; i < to; i++) {
            int b = bytes[i];
            hash = (hash ^ (b >= 'A' && b <= 'Z' ? b + 32 : b)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static final class Shard {
        private final int capacity;
        private long[] slots = new long[64];
        private int count;
        private boolean full;

        Shard(int capacity) {
            this.capacity = capacity;
        }

        synchronized boolean seenBefore(long value) {
            int slot = slotOf(slots, value);
            if (slots[slot] == value) {
                return true;
            }
            if (count == capacity) {
                full = true;
                return false;
            }
            slots[slot] = value;
            if (++count > slots.length / 2) {
                grow();
            }
            return false;
        }

        synchronized boolean overflowed() {
            return full;
        }

        private void grow() {
            long[] larger = new long[slots.length * 2];
            for (long value : slots) {
                if (value != 0) {
                    larger[slotOf(larger, value)] = value;
                }
            }
            slots = larger;
        }

        private static int slotOf(long[] in, long value) {
            int slot = (int) value & (in.length - 1);
            while (in[slot] != 0 && in[slot] != value) {
                slot = (slot + 1) & (in.length - 1);
            }
            return slot;
        }
    }
}
