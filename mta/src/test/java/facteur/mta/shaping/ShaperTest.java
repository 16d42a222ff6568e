package facteur.mta.shaping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.SitePreset;
import facteur.config.unit.Rate;
import facteur.mail.event.ShapingEvent;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class ShaperTest {
    private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
    private static final SitePreset PRESET =
            new SitePreset(
                    "test",
                    List.of(),
                    5,
                    10,
                    OptionalInt.empty(),
                    100,
                    new Rate(10, Duration.ofSeconds(1)),
                    new Rate(60, Duration.ofMinutes(1)),
                    Duration.ofSeconds(10),
                    Optional.empty());

    private final Shaper shaper = new Shaper("a", "mx.example", PRESET);

    private void succeed(int times, Instant at) {
        for (int i = 0; i < times; i++) {
            shaper.succeeded(at);
        }
    }

    @Test
    void connections_grow_by_one_for_as_many_messages_as_there_are_connections_up_to_the_preset() {
        assertEquals(5, shaper.connections());
        succeed(6, NOW);
        assertEquals(6, shaper.connections());
        succeed(1000, NOW);
        assertEquals(10, shaper.connections());
    }

    @Test
    void too_many_is_believed_at_once_and_not_probed_again_for_a_while() {
        succeed(1000, NOW);
        ShapingEvent event = shaper.tooMany(5, NOW).orElseThrow();
        assertEquals(new ShapingEvent.Limited("a", "mx.example", NOW, 5), event);
        succeed(1000, NOW.plusSeconds(1));
        assertEquals(5, shaper.connections(), "what the site bore");
        succeed(1000, NOW.plus(ConnectionLimit.FIRST_PAUSE));
        assertEquals(10, shaper.connections(), "asked again");
        shaper.tooMany(5, NOW.plusSeconds(31));
        succeed(1000, NOW.plusSeconds(31).plus(ConnectionLimit.FIRST_PAUSE));
        assertEquals(5, shaper.connections(), "the second pause is longer");
    }

    @Test
    void messages_and_new_connections_keep_to_their_rates() {
        Instant time = NOW;
        int given = 0;
        while (time.isBefore(NOW.plusSeconds(60))) {
            if (shaper.hold(time) instanceof Shaper.Hold.Free) {
                shaper.gave(time);
                given++;
            }
            time = time.plusMillis(7);
        }
        assertTrue(given >= 550 && given <= 610, "ten a second: " + given);
        assertInstanceOf(Shaper.Hold.Free.class, shaper.holdOfConnections(0, NOW));
        shaper.knocked(NOW);
        Shaper.Hold.Knocking hold =
                assertInstanceOf(Shaper.Hold.Knocking.class, shaper.holdOfConnections(1, NOW));
        assertEquals(NOW.plusSeconds(1), hold.until());
        assertEquals(new Shaper.Hold.Full(5), shaper.holdOfConnections(5, NOW.plusSeconds(9)));
    }

    @Test
    void a_slow_down_halves_what_went_lately_and_says_why_and_ends() {
        for (int second = 0; second < 300; second++) {
            succeed(4, NOW.plusSeconds(second));
        }
        Instant then = NOW.plusSeconds(300);
        ShapingEvent.Slowed slowed =
                assertInstanceOf(
                        ShapingEvent.Slowed.class,
                        shaper.slow(Duration.ofMinutes(30), "450 slow down", then).orElseThrow());
        assertTrue(Math.abs(slowed.perHour() - 7200) < 400, slowed::toString);
        assertFalse(
                shaper.slow(Duration.ofMinutes(30), "450 slow down", then).isPresent(),
                "complaints of one moment are one lesson");
        shaper.gave(then);
        shaper.gave(then);
        Shaper.Hold.Paced paced = assertInstanceOf(Shaper.Hold.Paced.class, shaper.hold(then));
        assertEquals("450 slow down", paced.cause());
        shaper.hold(then.plus(Duration.ofMinutes(31)));
        shaper.gave(then.plus(Duration.ofMinutes(31)));
        assertInstanceOf(Shaper.Hold.Free.class, shaper.hold(then.plus(Duration.ofMinutes(31))));
    }

    @Test
    void a_suspension_holds_names_its_cause_and_ends_by_itself_or_by_order() {
        shaper.suspend(Duration.ofHours(2), "554 listed", NOW);
        assertEquals(
                new Shaper.Hold.Suspended(NOW.plus(Duration.ofHours(2)), "554 listed"),
                shaper.hold(NOW));
        assertInstanceOf(Shaper.Hold.Free.class, shaper.hold(NOW.plus(Duration.ofHours(2))));
        assertTrue(shaper.release("anne", NOW.plusSeconds(5)).isPresent());
        assertInstanceOf(Shaper.Hold.Free.class, shaper.hold(NOW.plusSeconds(5)));
    }

    @Test
    void what_was_recorded_holds_after_a_restart_and_never_exceeds_the_preset() {
        Shaper later = new Shaper("a", "mx.example", PRESET);
        later.learnt(new ShapingEvent.Limited("a", "mx.example", NOW, 50));
        assertEquals(10, later.connections());
        later.learnt(new ShapingEvent.Limited("a", "mx.example", NOW, 2));
        assertEquals(2, later.connections());
        later.learnt(
                new ShapingEvent.Slowed("a", "mx.example", NOW, NOW.plusSeconds(60), 3600, "x"));
        later.gave(NOW);
        assertInstanceOf(Shaper.Hold.Paced.class, later.hold(NOW));
        later.learnt(new ShapingEvent.Suspended("", "mx.example", NOW, NOW.plusSeconds(60), "all"));
        assertInstanceOf(Shaper.Hold.Suspended.class, later.hold(NOW));
    }
}
