package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.Effect;
import facteur.mta.disposition.RetrySchedule;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

class PolicyJudgeTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final Effect SLOW = new Effect.Slow(Duration.ofMinutes(30));

    private final DispositionPolicy policy =
            new DispositionPolicy(
                    new BounceClassifier(BounceRules.shipped()),
                    new RetrySchedule(List.of(Duration.ofMinutes(5))));
    private final PolicyJudge judge =
            new PolicyJudge(() -> policy, _ -> Duration.ofDays(3), new SplittableRandom(1));

    @Test
    void too_much_at_the_door_is_too_many_connections_and_no_lower_rate() {
        Judge.Ruling ruling = rule(Stage.BANNER, 421, "4.7.0 too many connections");
        assertTrue(ruling.crowded());
        assertEquals(new Effect.None(), ruling.effect());
    }

    @Test
    void too_much_once_a_message_was_named_slows_down_also_when_the_server_hangs_up() {
        assertEquals(SLOW, rule(Stage.MAIL, 450, "4.7.1 rate limit exceeded").effect());
        Judge.Ruling goodbye = rule(Stage.RCPT, 421, "4.7.0 too many messages, slow down");
        assertEquals(SLOW, goodbye.effect());
        assertTrue(goodbye.crowded());
    }

    @Test
    void a_server_with_too_much_to_do_is_spared_by_every_source() {
        Judge.Ruling ruling = rule(Stage.MAIL, 452, "4.3.1 Insufficient system storage");
        assertEquals(new Effect.SlowSite(Duration.ofMinutes(10)), ruling.effect());
        Judge.Ruling full = rule(Stage.RCPT, 452, "4.2.2 Insufficient storage in the mailbox");
        assertEquals(new Effect.None(), full.effect());
    }

    @Test
    void a_mailbox_that_gets_too_much_slows_nobody_else_down() {
        Judge.Ruling ruling =
                rule(
                        Stage.RCPT,
                        450,
                        "4.2.1 The user you are trying to contact is receiving mail too quickly");
        assertEquals(new Effect.None(), ruling.effect());
        assertFalse(ruling.crowded());
    }

    private Judge.Ruling rule(Stage stage, int code, String text) {
        return judge.rule(
                new Evidence.Answered(stage, Reply.of(code, text)),
                new Judge.Circumstances("mx.example", 1, "app", NOW, NOW));
    }
}
