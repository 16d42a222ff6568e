package facteur.config.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;

class DescriptorsTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong open = new AtomicLong(50);
    private final AtomicLong asked = new AtomicLong();
    private final Descriptors descriptors =
            new Descriptors(
                    256,
                    () -> {
                        asked.incrementAndGet();
                        return open.get();
                    },
                    now::get);

    @Test
    void a_quarter_is_kept_back_and_the_system_is_asked_four_times_a_second() {
        assertEquals(64, descriptors.reserve());
        int admitted = 0;
        while (descriptors.admits()) {
            admitted++;
        }
        assertEquals(256 - 64 - 50, admitted);
        assertFalse(descriptors.admits());
        assertEquals(1, asked.get());
        open.set(100);
        now.addAndGet(250_000_000);
        assertTrue(descriptors.admits());
        assertEquals(2, asked.get());
    }

    @Test
    void where_not_even_counting_works_nothing_is_admitted() {
        Descriptors none =
                new Descriptors(
                        256,
                        () -> {
                            if (now.get() > 0) {
                                throw new InternalError("Unable to open directory /proc/self/fd");
                            }
                            return 50;
                        },
                        now::get);
        assertTrue(none.admits());
        now.addAndGet(250_000_000);
        assertFalse(none.admits());
    }

    @Test
    void settings_that_need_more_than_the_limit_are_noticed() {
        assertTrue(descriptors.suffices(100, 92));
        assertFalse(descriptors.suffices(100, 93));
        assertTrue(new Descriptors(0, () -> 0, now::get).suffices(1 << 20, 0));
    }

    @Test
    void this_process_knows_its_limit() {
        Descriptors mine = Descriptors.ofThisProcess();
        assertTrue(mine.limit() > mine.open(), mine.limit() + " of which " + mine.open());
    }
}
