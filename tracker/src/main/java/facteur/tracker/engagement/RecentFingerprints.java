package facteur.tracker.engagement;

/**
 * What came lately, as fingerprints, the oldest first. Each has a place, a number below {@link
 * #most}, under which its owner keeps what belongs to it.
 *
 * <p>All of it is numbers in arrays. A hundred thousand objects that live for a minute each are
 * copied by the garbage collector, and every new one makes it look at the old ones again: that cost
 * more than everything else that is done with a hit (bench/NOTES.md).
 */
final class RecentFingerprints {
    static final int ABSENT = -1;

    private static final long FREE = 0;

    private final int most;
    private final int slotBits;
    private final long[] prints;
    private final long[] millis;
    // By open addressing, the home of a fingerprint being told by its upper bits. A slot holds them
    // too; its last bits hold the place, counted from one: what is looked for and absent is told
    // from what is there without a second way through memory.
    private final long[] slots;
    private int oldest;
    private int used; // places from the oldest on, of which some may be forgotten

    /**
     * @param most how many are remembered: a power of two
     */
    RecentFingerprints(int most) {
        if (Integer.bitCount(most) != 1) {
            throw new IllegalArgumentException(most + " is no power of two");
        }
        this.most = most;
        this.slotBits = Integer.numberOfTrailingZeros(most) + 1;
        this.prints = new long[most];
        this.millis = new long[most];
        this.slots = new long[2 * most];
    }

    /** How many are remembered. */
    int most() {
        return most;
    }

    /** Where a fingerprint is, or {@link #ABSENT}. */
    int find(long print) {
        return place(slots[slot(print)]);
    }

    /** The fingerprint at a place. */
    long print(int place) {
        return prints[place];
    }

    /** When the fingerprint at a place came. */
    long at(int place) {
        return millis[place];
    }

    /** Puts in a fingerprint that is absent, where there is room: {@link #isFull}. */
    int add(long print, long atMillis) {
        if (isFull()) {
            throw new IllegalStateException("the oldest was not forgotten");
        }
        int place = (oldest + used) % most;
        used++;
        prints[place] = print;
        millis[place] = atMillis;
        slots[slot(print)] = (print >>> slotBits << slotBits) | (place + 1);
        return place;
    }

    boolean isFull() {
        return used == most;
    }

    /** The place of the oldest, forgotten or not; {@link #ABSENT} when there is none. */
    int oldest() {
        return used == 0 ? ABSENT : oldest;
    }

    /** Gives back the place of the oldest. */
    void forgetOldest() {
        forget(oldest);
        oldest = (oldest + 1) % most;
        used--;
    }

    /** Lets a fingerprint come anew; its place stays taken until it is the oldest. */
    void forget(int place) {
        int hole = slot(prints[place]);
        if (place(slots[hole]) != place) {
            return;
        }
        // What stands behind the hole and could not be found across it moves into it.
        for (int next = behind(hole); slots[next] != FREE; next = behind(next)) {
            if (distance(home(slots[next]), next) >= distance(hole, next)) {
                slots[hole] = slots[next];
                hole = next;
            }
        }
        slots[hole] = FREE;
    }

    /** Where a fingerprint stands among the slots, or would. */
    private int slot(long print) {
        int slot = home(print);
        while (slots[slot] != FREE && !holds(slots[slot], print)) {
            slot = behind(slot);
        }
        return slot;
    }

    private boolean holds(long slot, long print) {
        return (slot ^ print) >>> slotBits == 0 && prints[place(slot)] == print;
    }

    /** The place that stands in a slot; {@link #ABSENT} in a free one. */
    private int place(long slot) {
        return (int) (slot & (slots.length - 1)) - 1;
    }

    private int home(long print) {
        return (int) (print >>> (Long.SIZE - slotBits));
    }

    private int behind(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    private int distance(int from, int to) {
        return (to - from) & (slots.length - 1);
    }
}
