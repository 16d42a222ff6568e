package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class LaterTest {
    @Test
    void a_value_is_made_once_and_not_before_it_is_asked_for() {
        AtomicInteger made = new AtomicInteger();
        Later<Integer> later = new Later<>(made::incrementAndGet);
        assertEquals(0, made.get());
        assertEquals(
                1000, IntStream.range(0, 1000).parallel().map(_ -> later.get()).sum(), "each is 1");
        assertEquals(1, made.get());
    }

    @Test
    void what_cannot_be_made_says_so_each_time_and_is_tried_again() {
        AtomicInteger tried = new AtomicInteger();
        Later<String> later =
                new Later<>(
                        () -> {
                            if (tried.incrementAndGet() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                            return "made";
                        });
        assertThrows(IllegalStateException.class, later::get);
        assertThrows(IllegalStateException.class, later::get);
        assertEquals("made", later.get());
    }
}
