package facteur.tracker.engagement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class RecentFingerprintsTest {
    private static final int MOST = 1 << 17;

    /**
     * Six want the same slot, some of which differ in their last bits alone, and hardly more than
     * as many slots stand free until the next one.
     */
    private static long print(Random random) {
        return (random.nextInt(2000) * (7L << 46)) | (random.nextInt(6) * 0x10001L);
    }

    @Test
    void finds_what_a_map_finds_whatever_comes_and_goes() {
        Random random = new Random(7);
        RecentFingerprints recentFingerprints = new RecentFingerprints(MOST);
        Map<Long, Integer> model = new HashMap<>();
        long[] at = new long[MOST]; // which fingerprint a place was given to
        for (int step = 0; step < 300_000; step++) {
            long print = print(random);
            int known = recentFingerprints.find(print);
            assertEquals(model.getOrDefault(print, RecentFingerprints.ABSENT), known);
            if (known == RecentFingerprints.ABSENT) {
                int place = recentFingerprints.add(print, step);
                assertEquals(step, recentFingerprints.at(place));
                model.put(print, place);
                at[place] = print;
            } else if (random.nextInt(3) == 0) {
                recentFingerprints.forget(known);
                model.remove(print);
            }
            if (recentFingerprints.oldest() != RecentFingerprints.ABSENT
                    && random.nextInt(4) == 0) {
                model.remove(at[recentFingerprints.oldest()], recentFingerprints.oldest());
                recentFingerprints.forgetOldest();
            }
        }
        model.forEach((print, place) -> assertEquals(place, recentFingerprints.find(print)));
    }

    /** Spread as fingerprints are. */
    private static long spread(long number) {
        long spread = number * 0x9e3779b97f4a7c15L;
        return spread ^ spread >>> 32;
    }

    @Test
    void holds_as_many_as_it_says_and_goes_round() {
        RecentFingerprints recentFingerprints = new RecentFingerprints(MOST);
        for (long i = 0; i < MOST; i++) {
            recentFingerprints.add(spread(i), i);
        }
        assertThrows(IllegalStateException.class, () -> recentFingerprints.add(spread(-1), 0));
        for (long i = MOST; i < 3L * MOST; i++) {
            long oldest = spread(i - MOST);
            assertEquals(recentFingerprints.find(oldest), recentFingerprints.oldest());
            recentFingerprints.forgetOldest();
            assertEquals(RecentFingerprints.ABSENT, recentFingerprints.find(oldest));
            assertEquals(i, recentFingerprints.at(recentFingerprints.add(spread(i), i)));
        }
    }
}
