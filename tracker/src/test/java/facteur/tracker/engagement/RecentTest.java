package facteur.tracker.engagement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class RecentTest {
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
        Recent recent = new Recent(MOST);
        Map<Long, Integer> model = new HashMap<>();
        long[] at = new long[MOST]; // which fingerprint a place was given to
        for (int step = 0; step < 300_000; step++) {
            long print = print(random);
            int known = recent.find(print);
            assertEquals(model.getOrDefault(print, Recent.ABSENT), known);
            if (known == Recent.ABSENT) {
                int place = recent.add(print, step);
                assertEquals(step, recent.at(place));
                model.put(print, place);
                at[place] = print;
            } else if (random.nextInt(3) == 0) {
                recent.forget(known);
                model.remove(print);
            }
            if (recent.oldest() != Recent.ABSENT && random.nextInt(4) == 0) {
                model.remove(at[recent.oldest()], recent.oldest());
                recent.forgetOldest();
            }
        }
        model.forEach((print, place) -> assertEquals(place, recent.find(print)));
    }

    /** Spread as fingerprints are. */
    private static long spread(long number) {
        long spread = number * 0x9e3779b97f4a7c15L;
        return spread ^ spread >>> 32;
    }

    @Test
    void holds_as_many_as_it_says_and_goes_round() {
        Recent recent = new Recent(MOST);
        for (long i = 0; i < MOST; i++) {
            recent.add(spread(i), i);
        }
        assertThrows(IllegalStateException.class, () -> recent.add(spread(-1), 0));
        for (long i = MOST; i < 3L * MOST; i++) {
            long oldest = spread(i - MOST);
            assertEquals(recent.find(oldest), recent.oldest());
            recent.forgetOldest();
            assertEquals(Recent.ABSENT, recent.find(oldest));
            assertEquals(i, recent.at(recent.add(spread(i), i)));
        }
    }
}
