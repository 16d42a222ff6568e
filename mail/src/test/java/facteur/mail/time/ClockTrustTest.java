package facteur.mail.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class ClockTrustTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private Instant wall = NOON;
    private long nanos = 1_000;
    private ClockTrust trust = ClockTrust.begin(NOON, nanos, Optional.of(NOON), Optional.empty());

    private void run(Duration time) {
        set(time, time);
    }

    private void set(Duration byTheClock, Duration ran) {
        wall = wall.plus(byTheClock);
        nanos += ran.toNanos();
        trust = trust.at(wall, nanos);
    }

    @Test
    void a_clock_that_runs_is_believed_for_years() {
        for (int day = 0; day < 1_000; day++) {
            set(Duration.ofDays(1).plusMillis(400), Duration.ofDays(1)); // slewed a little
            assertFalse(trust.isDoubted());
        }
    }

    @Test
    void a_clock_that_jumps_years_ahead_is_doubted_and_stays_so_when_it_is_set_right() {
        set(Duration.ofDays(3_000), Duration.ofMinutes(1));
        assertTrue(trust.isDoubted());
        run(Duration.ofSeconds(80));
        assertTrue(trust.isDoubted());
        set(Duration.ofDays(-3_000), Duration.ofMinutes(1));
        assertEquals(-3_000, trust.doubt().orElseThrow().step().toDays());
        for (int hour = 0; hour < 24; hour++) {
            assertTrue(trust.isDoubted(), "after " + hour + " hours");
            run(Duration.ofHours(1));
        }
        assertFalse(trust.isDoubted());
    }

    @Test
    void a_step_within_the_day_begins_it_anew() {
        set(Duration.ofDays(4), Duration.ofMinutes(1));
        run(Duration.ofHours(23));
        set(Duration.ofHours(2), Duration.ofMinutes(1));
        run(Duration.ofHours(23));
        assertTrue(trust.isDoubted());
        run(Duration.ofHours(1));
        assertFalse(trust.isDoubted());
    }

    @Test
    void who_accepts_the_clock_ends_the_doubt() {
        set(Duration.ofDays(4), Duration.ofMinutes(1));
        assertFalse(trust.accepted().isDoubted());
    }

    @Test
    void at_a_start_a_gap_of_more_than_a_day_to_the_newest_event_is_doubted() {
        assertFalse(started(Duration.ofHours(24), Optional.empty()));
        assertTrue(started(Duration.ofHours(25), Optional.empty()));
        assertTrue(started(Duration.ofHours(-25), Optional.empty()));
        assertFalse(ClockTrust.begin(NOON, 0, Optional.empty(), Optional.empty()).isDoubted());
    }

    @Test
    void a_clock_that_was_accepted_while_the_server_stood_is_believed_at_its_start() {
        assertFalse(started(Duration.ofDays(30), Optional.of(NOON)));
        assertTrue(started(Duration.ofDays(30), Optional.of(NOON.minus(Duration.ofDays(3)))));
        assertFalse(started(Duration.ofDays(-30), Optional.of(NOON)));
    }

    private static boolean started(Duration afterTheNewest, Optional<Instant> accepted) {
        return ClockTrust.begin(NOON, 0, Optional.of(NOON.minus(afterTheNewest)), accepted)
                .isDoubted();
    }

    @Test
    void a_step_is_told_with_its_direction_and_small_ones_are_none() {
        ClockStep then = new ClockStep(NOON, 0);
        long minute = Duration.ofMinutes(1).toNanos();
        assertEquals(Duration.ZERO, then.until(NOON.plusSeconds(64), minute));
        assertEquals(Duration.ofHours(-1), then.until(NOON.minusSeconds(3540), minute));
        assertEquals(Duration.ofHours(1), then.until(NOON.plusSeconds(3660), minute));
    }
}
