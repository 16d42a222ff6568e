package facteur.tracker.engagement;

import java.util.Arrays;

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

    private static final int MASK = 2 * MOST - 1;

    private final long[] prints = new long[MOST];
    private final long[] millis = new long[MOST];
    // By open addressing: the place of a fingerprint, or ABSENT.
    private final int[] places = new int[2 * MOST];
    private int oldest;
    private int used; // places from the oldest on, of which some may be forgotten

    Recent() {
        Arrays.fill(places, ABSENT);
    }

    /** Where a fingerprint is, or {@link #ABSENT}. */
    int find(long print) {
        return places[slot(print)];
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
        places[slot(print)] = place;
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
        if (places[hole] != place) {
            return;
        }
        // What stands behind the hole and could not be found across it moves into it.
        for (int next = hole + 1 & MASK; places[next] != ABSENT; next = next + 1 & MASK) {
            int home = home(prints[places[next]]);
            if ((next - home & MASK) >= (next - hole & MASK)) {
                places[hole] = places[next];
                hole = next;
            }
        }
        places[hole] = ABSENT;
    }

    /** Where a fingerprint stands among the places, or would. */
    private int slot(long print) {
        int slot = home(print);
        while (places[slot] != ABSENT && prints[places[slot]] != print) {
            slot = slot + 1 & MASK;
        }
        return slot;
    }

    private static int home(long print) {
        return (int) print & MASK;
    }
}
