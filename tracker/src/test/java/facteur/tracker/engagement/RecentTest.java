package facteur.tracker.engagement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class RecentTest {
    /** Few different low bits, so that many fingerprints want the same slot. */
    private static long print(Random random) {
        return (long) random.nextInt(6) << 40 | random.nextInt(2000);
    }

    @Test
    void finds_what_a_map_finds_whatever_comes_and_goes() {
        Random random = new Random(7);
        Recent recent = new Recent();
        Map<Long, Integer> model = new HashMap<>();
        long[] at = new long[Recent.MOST]; // which fingerprint a place was given to
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

    @Test
    void holds_as_many_as_it_says_and_goes_round() {
        Recent recent = new Recent();
        for (long print = 0; print < Recent.MOST; print++) {
            recent.add(print, print);
        }
        assertThrows(IllegalStateException.class, () -> recent.add(-1, 0));
        for (long print = Recent.MOST; print < 3L * Recent.MOST; print++) {
            assertEquals(recent.find(print - Recent.MOST), recent.oldest());
            recent.forgetOldest();
            assertEquals(print, recent.at(recent.add(print, print)));
            assertEquals(Recent.ABSENT, recent.find(print - Recent.MOST));
        }
    }
}
