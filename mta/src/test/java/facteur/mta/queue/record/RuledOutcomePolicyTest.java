package facteur.mta.queue.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.RetrySchedule;
import facteur.mta.shaping.PathSignal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

class RuledOutcomePolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    private final DispositionPolicy rules =
            new DispositionPolicy(
                    new BounceClassifier(BounceRulesReader.shipped()),
                    new RetrySchedule(List.of(Duration.ofMinutes(5))));
    private final RuledOutcomePolicy policy =
            new RuledOutcomePolicy(() -> rules, _ -> Duration.ofDays(3), new SplittableRandom(1));

    @Test
    void too_much_before_mail_is_too_many_connections() {
        assertInstanceOf(
                PathSignal.TooManyConnections.class,
                signal(Stage.BANNER, 421, "4.7.0 too many connections"));
        assertInstanceOf(
                PathSignal.TooManyConnections.class,
                signal(Stage.MAIL, 421, "4.7.0 too many concurrent connections, rate limited"));
    }

    @Test
    void words_about_the_rate_are_believed_also_when_the_server_hangs_up() {
        assertInstanceOf(
                PathSignal.TooFast.class, signal(Stage.MAIL, 450, "4.7.1 rate limit exceeded"));
        assertInstanceOf(
                PathSignal.TooFast.class,
                signal(Stage.RCPT, 421, "4.7.0 too many messages, slow down"));
    }

    @ParameterizedTest
    @CsvSource({
        "DOT, 452, 4.3.1 Insufficient system storage",
        "RCPT, 451, 4.3.0 Temporary lookup failure",
        "RCPT, 450, 4.7.28 no words that anybody knows xyzzy",
        "MAIL, 421, 4.3.2 try again later",
        "DOT, 451, local error in processing",
        "DOT, 554, 5.7.1 [HM08] Message rejected due to local policy"
    })
    void a_refusal_of_which_nobody_knows_whom_it_concerns_is_unclear(
            Stage stage, int code, String text) {
        assertInstanceOf(PathSignal.Unclear.class, signal(stage, code, text));
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 452, 4.2.2 Insufficient storage in the mailbox",
        "RCPT, 450, 4.2.1 The user you are trying to contact is receiving mail too quickly",
        "RCPT, 451, 4.7.1 Greylisted for 300 seconds",
        "RCPT, 550, 5.1.1 user unknown",
        "DOT, 554, 5.7.1 message looks like spam",
        "RCPT, 451, '4.7.1 Service temporairement refuse. Greylisted, try again later. OFR_999"
                + " [999]'"
    })
    void an_answer_about_a_recipient_a_mailbox_or_a_message_says_nothing_about_the_path(
            Stage stage, int code, String text) {
        assertInstanceOf(PathSignal.Unrelated.class, signal(stage, code, text));
    }

    @Test
    void a_published_block_names_its_pause() {
        assertEquals(
                Duration.ofHours(2),
                assertInstanceOf(
                                PathSignal.Blocked.class,
                                signal(
                                        Stage.MAIL,
                                        421,
                                        "4.7.0 [TSS04] Messages from 192.0.2.1"
                                                + " temporarily deferred due to unexpected volume"))
                        .atMost());
    }

    private PathSignal signal(Stage stage, int code, String text) {
        return policy.rule(
                        new Evidence.Answered(stage, Reply.of(code, text)),
                        new OutcomePolicy.Circumstances("mx.example", 1, "app", NOW, NOW))
                .signal();
    }
}
