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
    private static final Duration MAX_AGE = Duration.ofDays(3);
    private static final PathSignal TAKEN = new PathSignal.Taken();
    private static final PathSignal UNCLEAR = new PathSignal.Unclear("451 not now");
    private static final PathSignal TOO_FAST = new PathSignal.TooFast("450 slow down");
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

    private final Shaper shaper = shaper(MAX_AGE);
    private Instant time = NOW;

    private static Shaper shaper(Duration maxAge) {
        return new Shaper("a", "mx.example", PRESET, () -> maxAge);
    }

    private Optional<ShapingEvent> learn(PathSignal signal) {
        return shaper.learn(signal, time, true, 5, time);
    }

    /** Answers of one kind, so many a second, while more mail waits. */
    private void answers(PathSignal signal, int times, double perSecond) {
        for (int i = 0; i < times; i++) {
            learn(signal);
            time = time.plusMillis((long) (1000 / perSecond));
        }
    }

    @Test
    void connections_grow_by_one_for_as_many_messages_as_there_are_connections_up_to_the_preset() {
        assertEquals(5, shaper.connections());
        answers(TAKEN, 6, 10);
        assertEquals(6, shaper.connections());
        answers(TAKEN, 1000, 10);
        assertEquals(10, shaper.connections());
    }

    @Test
    void too_many_connections_is_believed_at_once_and_not_probed_again_for_a_while() {
        answers(TAKEN, 1000, 1e6);
        ShapingEvent event = shaper.tooManyConnections(5, time).orElseThrow();
        assertEquals(new ShapingEvent.Limited("a", "mx.example", time, 5), event);
        answers(TAKEN, 1000, 1e6);
        assertEquals(5, shaper.connections(), "what the site bore");
        time = time.plus(ConnectionLimit.FIRST_PAUSE);
        answers(TAKEN, 1000, 1e6);
        assertEquals(10, shaper.connections(), "asked again");
        shaper.tooManyConnections(5, time);
        time = time.plus(ConnectionLimit.FIRST_PAUSE);
        answers(TAKEN, 1000, 1e6);
        assertEquals(5, shaper.connections(), "the second pause is longer");
    }

    @Test
    void messages_and_new_connections_keep_to_their_rates() {
        int given = 0;
        for (Instant at = NOW; at.isBefore(NOW.plusSeconds(60)); at = at.plusMillis(7)) {
            if (shaper.hold(at) instanceof Shaper.Hold.Free) {
                shaper.gave(at);
                given++;
            }
        }
        assertTrue(given >= 550 && given <= 610, "ten a second: " + given);
        assertEquals(
                new Shaper.Hold.Full(5), shaper.holdOfConnections(5, NOW), "while five are open");
        int opened = 0;
        while (shaper.holdOfConnections(1, NOW) instanceof Shaper.Hold.Free) {
            shaper.opening(NOW);
            opened++;
        }
        assertEquals(6, opened, "a tenth of a minute's at once");
        Shaper.Hold.NewConnections hold =
                assertInstanceOf(
                        Shaper.Hold.NewConnections.class, shaper.holdOfConnections(1, NOW));
        assertEquals(NOW.plusSeconds(1), hold.until());
        for (Instant at = NOW; at.isBefore(NOW.plusSeconds(60)); at = at.plusMillis(7)) {
            if (shaper.holdOfConnections(1, at) instanceof Shaper.Hold.Free) {
                shaper.opening(at);
                opened++;
            }
        }
        assertTrue(opened >= 60 && opened <= 66, "sixty a minute and a tenth more: " + opened);
    }

    @Test
    void no_more_than_ten_messages_are_offered_at_once() {
        Shaper fast =
                new Shaper(
                        "a",
                        "mx.example",
                        new SitePreset(
                                "fast",
                                List.of(),
                                5,
                                10,
                                OptionalInt.empty(),
                                100,
                                new Rate(100, Duration.ofSeconds(1)),
                                new Rate(60, Duration.ofMinutes(1)),
                                Duration.ofSeconds(10),
                                Optional.empty()),
                        () -> MAX_AGE);
        int given = 0;
        while (fast.hold(NOW) instanceof Shaper.Hold.Free) {
            fast.gave(NOW);
            given++;
        }
        assertEquals(10, given);
    }

    @Test
    void a_rate_is_lowered_to_what_the_site_was_shown_to_bear_and_says_why() {
        answers(TAKEN, 40, 4);
        ShapingEvent.Slowed slowed =
                assertInstanceOf(ShapingEvent.Slowed.class, learn(TOO_FAST).orElseThrow());
        assertEquals(4 * MessageRate.SAFE * 3600, slowed.perHour(), 200);
        assertEquals("450 slow down", slowed.cause());
        assertFalse(learn(TOO_FAST).isPresent(), "several complaints of one moment are one");
        assertEquals(Shaper.State.SLOWED, shaper.state());
    }

    @Test
    void a_complaint_in_a_quiet_moment_halves_the_preset_and_not_the_quiet() {
        ShapingEvent.Slowed slowed =
                assertInstanceOf(ShapingEvent.Slowed.class, learn(TOO_FAST).orElseThrow());
        assertEquals(5 * 3600, slowed.perHour());
    }

    @Test
    void a_lowered_rate_rises_again_by_steps_while_answers_are_good() {
        answers(TAKEN, 40, 4);
        learn(TOO_FAST);
        double lowered = shaper.perSecond();
        double last = lowered;
        int steps = 0;
        Instant end = time.plus(Duration.ofMinutes(5));
        while (time.isBefore(end) && shaper.perSecond() < 10) {
            answers(TAKEN, 1, shaper.perSecond());
            if (shaper.perSecond() != last) {
                steps++;
                assertTrue(shaper.perSecond() <= last * 1.26, "no jump");
                last = shaper.perSecond();
            }
        }
        System.out.printf(
                "from %.1f to %.1f messages a second in %d steps, %s%n",
                lowered,
                shaper.perSecond(),
                steps,
                Duration.between(end.minus(Duration.ofMinutes(5)), time));
        assertEquals(10, shaper.perSecond());
        assertEquals(Shaper.State.OPEN, shaper.state());
    }

    @Test
    void answers_about_recipients_leave_the_path_alone_however_many_there_are() {
        for (int i = 0; i < 10_000; i++) {
            assertFalse(learn(new PathSignal.Unrelated()).isPresent());
        }
        assertEquals(10, shaper.perSecond());
    }

    @Test
    void unclear_refusals_count_when_they_are_half_of_the_last_twenty_answers() {
        for (int i = 0; i < 500; i++) {
            answers(i % 12 == 0 ? UNCLEAR : TAKEN, 1, 10);
        }
        assertEquals(10, shaper.perSecond(), "eight in a hundred are deferrals, and no more");
        answers(UNCLEAR, AnswerWindow.MANY, 10);
        assertTrue(shaper.perSecond() < 10, "half of the last twenty are about the path");
    }

    @Test
    void a_lower_rate_that_does_not_help_is_restored() {
        for (int i = 0; i < 4_000; i++) {
            answers(i % 2 == 0 ? UNCLEAR : TAKEN, 1, shaper.perSecond());
        }
        assertTrue(
                shaper.perSecond() > 7,
                "half of the recipients are bad at any rate, which is " + shaper.perSecond());
    }

    @Test
    void nothing_taken_at_all_suspends_for_a_moment_and_then_one_message_is_tried() {
        answers(UNCLEAR, 30, 10);
        assertEquals(Shaper.State.SUSPENDED, shaper.state());
        Instant until = shaper.suspendedUntil();
        assertTrue(
                Duration.between(time, until).compareTo(Suspension.SHORTEST) <= 0,
                () -> "short: " + until);
        assertInstanceOf(Shaper.Hold.Suspended.class, shaper.hold(time));
        assertEquals(new Shaper.Hold.Full(1), shaper.holdOfConnections(1, until));
        time = until;
        assertInstanceOf(Shaper.Hold.Free.class, shaper.hold(time));
        shaper.gave(time);
        assertInstanceOf(Shaper.Hold.Probing.class, shaper.hold(time), "one message");
        learn(TAKEN);
        assertInstanceOf(Shaper.Hold.Free.class, shaper.hold(time.plusSeconds(1)));
        assertEquals(Shaper.State.OPEN, shaper.state());
    }

    @Test
    void a_suspension_doubles_with_each_probe_that_fails_up_to_what_the_site_publishes() {
        PathSignal blocked = new PathSignal.Blocked(Duration.ofHours(2), "421 [TSS04]");
        learn(blocked);
        Duration length = Duration.between(time, shaper.suspendedUntil());
        assertEquals(Duration.ofMinutes(6), length);
        for (int i = 0; i < 6; i++) {
            time = shaper.suspendedUntil();
            shaper.gave(time);
            time = time.plusSeconds(1);
            learn(blocked);
            Duration next = Duration.between(time, shaper.suspendedUntil());
            Duration doubled = length.multipliedBy(2);
            assertEquals(
                    doubled.compareTo(Duration.ofHours(2)) < 0 ? doubled : Duration.ofHours(2),
                    next);
            length = next;
        }
    }

    @Test
    void no_suspension_outlives_the_mail_that_waits_for_it() {
        Shaper impatient = shaper(Duration.ofMinutes(2));
        impatient.learn(new PathSignal.Blocked(Duration.ofHours(4), "421"), NOW, true, 1, NOW);
        assertEquals(NOW.plusSeconds(30), impatient.suspendedUntil());
    }

    @Test
    void a_probe_without_an_answer_is_tried_again_and_doubles_nothing() {
        learn(new PathSignal.Blocked(Duration.ofMinutes(30), "421"));
        time = shaper.suspendedUntil();
        shaper.gave(time);
        shaper.unanswered(time.plusSeconds(3));
        assertInstanceOf(Shaper.Hold.Free.class, shaper.hold(time.plusSeconds(3)));
    }

    @Test
    void what_an_operator_released_is_not_suspended_by_the_next_equal_reply() {
        PathSignal blocked = new PathSignal.Blocked(Duration.ofHours(2), "421 [TSS04]");
        learn(blocked);
        Instant before = time;
        time = time.plusSeconds(5);
        assertTrue(shaper.release("anne", time).isPresent());
        shaper.learn(blocked, before, true, 1, time);
        assertEquals(Shaper.State.OPEN, shaper.state(), "an answer to what was given before");
        learn(blocked);
        learn(blocked);
        assertEquals(Shaper.State.OPEN, shaper.state(), "one equal reply is no new evidence");
        learn(blocked);
        assertEquals(Shaper.State.SUSPENDED, shaper.state(), "three in a row are");
    }

    @Test
    void what_was_recorded_holds_after_a_restart_and_never_exceeds_the_preset() {
        Shaper later = shaper(MAX_AGE);
        later.restore(new ShapingEvent.Limited("a", "mx.example", NOW, 50), NOW);
        assertEquals(10, later.connections());
        later.restore(new ShapingEvent.Limited("a", "mx.example", NOW, 2), NOW);
        assertEquals(2, later.connections());
        later.restore(
                new ShapingEvent.Slowed("a", "mx.example", NOW, NOW.plusSeconds(60), 3600, "x"),
                NOW);
        assertEquals(1, later.perSecond());
        later.restore(
                new ShapingEvent.Suspended("", "mx.example", NOW, NOW.plusSeconds(60), "all"), NOW);
        assertInstanceOf(Shaper.Hold.Suspended.class, later.hold(NOW));
        later.gave(NOW.plusSeconds(60));
        assertInstanceOf(
                Shaper.Hold.Probing.class,
                later.hold(NOW.plusSeconds(60)),
                "a suspension that ended while we were away is probed all the same");
    }
}
