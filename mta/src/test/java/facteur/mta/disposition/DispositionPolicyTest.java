package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

@DisplayName("What becomes of a recipient")
class DispositionPolicyTest {
    private static final Instant ACCEPTED = Instant.parse("2026-11-24T08:00:00Z");
    private static final Instant GIVE_UP = ACCEPTED.plus(Duration.ofDays(3));

    private final DispositionPolicy policy =
            new DispositionPolicy(
                    new BounceClassifier(BounceRulesReader.shipped()),
                    new RetrySchedule(
                            List.of(
                                    Duration.ofMinutes(5),
                                    Duration.ofMinutes(10),
                                    Duration.ofMinutes(20),
                                    Duration.ofHours(4))));

    @Test
    @DisplayName("A positive answer to the final dot is delivery")
    void delivered() {
        assertInstanceOf(
                Disposition.Delivered.class,
                decide(answer(Stage.DOT, 250, "2.0.0 queued"), 1, ACCEPTED).disposition());
    }

    @Test
    @DisplayName("An unknown user is a hard bounce that names its rule")
    void hard() {
        Disposition.HardBounce bounce =
                assertInstanceOf(
                        Disposition.HardBounce.class,
                        decide(answer(Stage.RCPT, 550, "5.1.1 user unknown"), 1, ACCEPTED)
                                .disposition());
        assertEquals("user-unknown@" + BounceRulesReader.shipped().version(), bounce.why().rule());
    }

    @Test
    @DisplayName("Any other 5xx is a soft bounce at once")
    void soft() {
        assertInstanceOf(
                Disposition.SoftBounce.class,
                decide(answer(Stage.DOT, 554, "5.7.1 spam"), 1, ACCEPTED).disposition());
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "4, 240", "9, 240"})
    @DisplayName("A 4xx is deferred by the schedule, give or take a fifth")
    void schedule(int attempts, int minutes) {
        Evidence full = answer(Stage.RCPT, 452, "4.2.2 mailbox full");
        for (int seed = 0; seed < 100; seed++) {
            Duration pause = pause(full, attempts, seed);
            assertTrue(
                    Math.abs(pause.toSeconds() - minutes * 60L) <= minutes * 12L + 1,
                    "seed " + seed + ": " + pause);
        }
    }

    @Test
    @DisplayName("The last attempt falls on the hour of giving up, and then the bounce is soft")
    void givingUp() {
        Evidence full = answer(Stage.RCPT, 452, "4.2.2 mailbox full");
        Instant late = GIVE_UP.minus(Duration.ofMinutes(1));
        Disposition.Deferred last =
                assertInstanceOf(Disposition.Deferred.class, decide(full, 20, late).disposition());
        assertEquals(GIVE_UP, last.retryAt());
        Disposition.SoftBounce end =
                assertInstanceOf(
                        Disposition.SoftBounce.class, decide(full, 21, GIVE_UP).disposition());
        assertEquals(BounceCategory.MAILBOX_FULL, end.why().category());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "greylisted, try again in 300 seconds | 300",
                "please retry in 5 minutes | 300",
                "greylisted for 60 seconds | 60",
                "please come back in 00:10:00 | 600",
                "deferred, resend after 2 hours | 7200",
                "try again in 1 second | 10",
                "try again in 99999 hours | 86400",
            })
    @DisplayName("A server that names a time is obeyed, within reason")
    void hints(String text, int seconds) {
        Duration pause = pause(answer(Stage.RCPT, 451, text), 1, 1);
        assertTrue(pause.toSeconds() >= seconds, pause::toString);
        assertTrue(pause.toSeconds() <= seconds * 1.2 + 1, pause::toString);
    }

    @Test
    @DisplayName("A greylisted recipient is tried soon, also after many attempts")
    void greylisted() {
        Duration pause = pause(answer(Stage.RCPT, 450, "4.2.0 greylisted"), 9, 1);
        assertTrue(pause.compareTo(Duration.ofMinutes(18)) <= 0, pause::toString);
    }

    @Test
    @DisplayName("A null MX is hard at once; an unknown domain is asked for again until believed")
    void badDomains() {
        assertInstanceOf(
                Disposition.HardBounce.class,
                decide(fault(Fault.NULL_MX), 1, ACCEPTED).disposition());
        for (int attempt : new int[] {1, 2, 16}) {
            Disposition.Deferred later =
                    assertInstanceOf(
                            Disposition.Deferred.class,
                            decide(fault(Fault.DOMAIN_NOT_FOUND), attempt, ACCEPTED).disposition());
            assertEquals(BounceCategory.BAD_DOMAIN, later.why().category());
            Duration pause = Duration.between(ACCEPTED, later.retryAt());
            assertTrue(pause.compareTo(Duration.ofMinutes(10)) > 0, pause::toString);
            assertTrue(pause.compareTo(Duration.ofMinutes(14)) < 0, pause::toString);
        }
        assertInstanceOf(
                Disposition.HardBounce.class,
                decide(fault(Fault.NO_SUCH_DOMAIN), 1, ACCEPTED).disposition());
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "NULL_MX",
                "NO_SUCH_DOMAIN",
                "EXTENSION_MISSING",
                "TOO_LARGE_FOR_PEER",
                "EXPIRED",
                "REPORTED",
                "MESSAGE_LOST"
            })
    @DisplayName("Other faults are deferred, and never hard in the end")
    void faults(Fault fault) {
        assertInstanceOf(
                Disposition.Deferred.class, decide(fault(fault), 1, ACCEPTED).disposition());
        assertInstanceOf(
                Disposition.SoftBounce.class, decide(fault(fault), 30, GIVE_UP).disposition());
    }

    @Test
    @DisplayName("The path rests, slows down or avoids a host as the refusal asks")
    void effects() {
        assertInstanceOf(
                PathEffect.Rest.class,
                decide(answer(Stage.BANNER, 554, "blocked using zen.spamhaus.org"), 1, ACCEPTED)
                        .effect());
        assertInstanceOf(
                PathEffect.Slow.class,
                decide(answer(Stage.MAIL, 421, "too many connections"), 1, ACCEPTED).effect());
        assertInstanceOf(
                PathEffect.AvoidHost.class, decide(lostAt(Stage.RCPT), 1, ACCEPTED).effect());
        assertInstanceOf(PathEffect.None.class, decide(lostAt(Stage.DOT), 1, ACCEPTED).effect());
        assertInstanceOf(
                PathEffect.None.class,
                decide(answer(Stage.RCPT, 550, "5.1.1 user unknown"), 1, ACCEPTED).effect());
    }

    private Duration pause(Evidence evidence, int attempts, int seed) {
        Decision decision =
                policy.decide(evidence, owed(attempts), ACCEPTED, new SplittableRandom(seed));
        return Duration.between(
                ACCEPTED,
                assertInstanceOf(Disposition.Deferred.class, decision.disposition()).retryAt());
    }

    private Decision decide(Evidence evidence, int attempts, Instant now) {
        return policy.decide(evidence, owed(attempts), now, new SplittableRandom(1));
    }

    private static RetryState owed(int attempts) {
        return new RetryState(attempts, GIVE_UP, Optional.of("mx.example.org"));
    }

    private static Evidence answer(Stage stage, int code, String text) {
        return new Evidence.Answered(stage, Reply.of(code, text));
    }

    private static Evidence lostAt(Stage stage) {
        return new Evidence.Failed(stage, Fault.CONNECTION_LOST, "hung up");
    }

    private static Evidence fault(Fault fault) {
        return new Evidence.Failed(Stage.CONNECT, fault, "connect to mx.example.org:25");
    }
}
