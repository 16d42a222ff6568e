package facteur.testkit.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class TimeTest {
    @Test
    void time_passes_only_when_told_to() {
        ManualTime time = ManualTime.start();
        Instant start = time.instant();
        assertEquals(start.plusSeconds(3), time.advance(Duration.ofSeconds(3)).instant());
        assertEquals(3_000_000_000L, time.nanoTime());
        assertEquals(
                start.plusSeconds(10),
                time.advanceTo(start.plusSeconds(10)).advanceTo(start).instant());
        assertThrows(IllegalArgumentException.class, () -> time.advance(Duration.ofSeconds(-1)));
    }

    @Test
    void a_clock_set_back_takes_no_nanoseconds_with_it() {
        ManualTime time = ManualTime.start();
        Instant start = time.instant();
        assertEquals(start.minusSeconds(3600), time.jump(Duration.ofHours(-1)).instant());
        assertEquals(0, time.nanoTime());
    }

    @Test
    void the_same_seed_gives_the_same_chance_and_is_named_in_failures() {
        Seeds seeds = new Seeds(42);
        assertEquals(seeds.random().nextLong(), seeds.random().nextLong());
        AssertionError failed =
                assertThrows(AssertionError.class, () -> seeds.run(_ -> assertEquals(1, 2)));
        assertTrue(failed.toString().contains("-Dfacteur.seed=42"), failed.toString());
    }

    @Test
    void without_a_property_each_seed_is_new() {
        assertTrue(Seeds.fromProperty().seed() >= 0);
        assertTrue(Seeds.fromProperty().seed() != Seeds.fromProperty().round(1).seed());
    }
}
