package facteur.tracker.engagement;

/**
 * What came lately, as fingerprints, the oldest first. Each has a place, a number below {@link
 * #MOST}, under which its owner keeps what belongs to it.
 *
 * <p>All of it is numbers in arrays. A hundred thousand objects that live for a minute each are
 * copied by the garbage collector, and every new one makes it look at the old ones again: that cost
 * more than everything else that is done with a hit (bench/NOTES.md).
 */
final class Recent {
    static final int MOST = 1 << 17;

    static final int ABSENT = -1;

    private static final int SLOT_BITS = 18;
    private static final int SLOTS = 1 << SLOT_BITS; // twice as many as places
    private static final long FREE = 0;

    private final long[] prints = new long[MOST];
    private final long[] millis = new long[MOST];
    // By open addressing, the home of a fingerprint being told by its upper bits. A slot holds all
    // of them but the last 18, where its place stands, counted from one: what is looked for and
    // absent is told from what is there without a second way through memory.
    private final long[] slots = new long[SLOTS];
    private int oldest;
    private int used; // places from the oldest on, of which some may be forgotten

    /** Where a fingerprint is, or {@link #ABSENT}. */
    int find(long print) {
        return place(slots[slot(print)]);
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
        int place = (oldest + used) % MOST;
        used++;
        prints[place] = print;
        millis[place] = atMillis;
        slots[slot(print)] = print >>> SLOT_BITS << SLOT_BITS | place + 1;
        return place;
    }

    boolean isFull() {
        return used == MOST;
    }

    /** The place of the oldest, forgotten or not; {@link #ABSENT} when there is none. */
    int oldest() {
        return used == 0 ? ABSENT : oldest;
    }

    /** Gives back the place of the oldest. */
    void forgetOldest() {
        forget(oldest);
        oldest = (oldest + 1) % MOST;
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
        return (slot ^ print) >>> SLOT_BITS == 0 && prints[place(slot)] == print;
    }

    /** The place that stands in a slot; {@link #ABSENT} in a free one. */
    private static int place(long slot) {
        return (int) (slot & SLOTS - 1) - 1;
    }

    private static int home(long print) {
        return (int) (print >>> Long.SIZE - SLOT_BITS);
    }

    private static int behind(int slot) {
        return (slot + 1) % SLOTS;
    }

    private static int distance(int from, int to) {
        return Math.floorMod(to - from, SLOTS);
    }
}
