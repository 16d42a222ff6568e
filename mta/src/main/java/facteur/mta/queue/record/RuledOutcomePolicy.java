package facteur.mta.queue.record;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Severity;
import facteur.mta.disposition.Decision;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.PathEffect;
import facteur.mta.disposition.RefusalSubject;
import facteur.mta.disposition.RetryState;
import facteur.mta.disposition.Ruling;
import facteur.mta.shaping.PathSignal;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Outcomes as {@link DispositionPolicy} decides them, with what they say about the path.
 *
 * <p>Only words concern the path at once: a rule that was found by its text, or by what a provider
 * is known to say. A code alone never tells whether a site, a mailbox or a message has had enough;
 * such refusals are {@link PathSignal.Unclear}. So is a message refused for good behind its dot,
 * whatever is said: others may be taken.
 */
public final class RuledOutcomePolicy implements OutcomePolicy {
    private final Supplier<DispositionPolicy> policy;
    private final Function<String, Duration> maxAge;
    private final RandomGenerator random;

    /**
     * @param policy asked anew for each reply, so that rules can change
     * @param maxAge by credential, the empty one for the server's own: a recipient that is still
     *     deferred after this is given up
     */
    public RuledOutcomePolicy(
            Supplier<DispositionPolicy> policy,
            Function<String, Duration> maxAge,
            RandomGenerator random) {
        this.policy = policy;
        this.maxAge = maxAge;
        this.random = random;
    }

    @Override
    public OutcomePolicy.Judgement rule(Evidence evidence, Circumstances at) {
        RetryState retryState =
                new RetryState(
                        at.attempt(),
                        giveUpAt(at.credential(), at.acceptedAt()),
                        Optional.of(at.host()).filter(host -> !host.isEmpty()));
        Decision decision = policy.get().decide(evidence, retryState, at.now(), random);
        return new OutcomePolicy.Judgement(
                decision.disposition(),
                signal(evidence, decision),
                isAboutEverySource(decision.effect()),
                decision.effect() instanceof PathEffect.AvoidHost(Duration time)
                        ? Optional.of(time)
                        : Optional.empty(),
                DispositionPolicy.isTooManyRecipients(evidence),
                DispositionPolicy.isHostUnsuited(evidence));
    }

    @Override
    public Instant giveUpAt(String credential, Instant acceptedAt) {
        return acceptedAt.plus(maxAge.apply(credential));
    }

    @Override
    public Duration maxAge() {
        return maxAge.apply("");
    }

    @Override
    public Duration longestPause() {
        return policy.get().longestPause();
    }

    private static boolean isAboutEverySource(PathEffect pathEffect) {
        return switch (pathEffect) {
            case PathEffect.SlowSite _, PathEffect.Suspend _ -> true;
            case PathEffect.None _, PathEffect.Slow _, PathEffect.Rest _, PathEffect.AvoidHost _ ->
                    false;
        };
    }

    private static PathSignal signal(Evidence evidence, Decision decision) {
        if (decision.disposition() instanceof Disposition.Delivered) {
            return new PathSignal.Taken();
        }
        if (!(evidence instanceof Evidence.Answered(Stage stage, var reply))
                || decision.ruling().isEmpty()) {
            return new PathSignal.Unrelated();
        }
        String cause = evidence.toString();
        Ruling ruling = decision.ruling().get();
        boolean judged = stage == Stage.DOT && reply.severity() == Severity.PERMANENT;
        if (ruling.isSaid()) {
            Optional<PathSignal> said = said(stage, ruling, decision.effect(), cause);
            if (said.isPresent()) {
                return judged ? new PathSignal.Unclear(cause) : said.get();
            }
        }
        return reply.severity() == Severity.TRANSIENT && mayConcernPath(ruling)
                ? new PathSignal.Unclear(cause)
                : new PathSignal.Unrelated();
    }

    /** Whether a refusal may be about more than one recipient, mailbox or message. */
    private static boolean mayConcernPath(Ruling ruling) {
        return switch (ruling.category()) {
            case REPUTATION, POLICY_BLOCK, ROUTING_DNS, RELAY_DENIED, PROTOCOL_ERROR, UNKNOWN ->
                    true;
            case RATE_LIMITED -> ruling.about() != RefusalSubject.RECIPIENT;
            case BAD_MAILBOX,
                    BAD_DOMAIN,
                    INACTIVE_MAILBOX,
                    MAILBOX_FULL,
                    CONTENT_REJECTED,
                    GREYLISTED,
                    AUTH_FAILURE,
                    MESSAGE_TOO_LARGE,
                    TLS_FAILURE,
                    INTERNAL_ERROR ->
                    false;
        };
    }

    /** What words say about the path; empty when they say nothing about it. */
    private static Optional<PathSignal> said(
            Stage stage, Ruling ruling, PathEffect pathEffect, String cause) {
        return switch (pathEffect) {
            case PathEffect.Rest(Duration time) -> Optional.of(new PathSignal.Blocked(time, cause));
            case PathEffect.Suspend(Duration time) ->
                    Optional.of(new PathSignal.Blocked(time, cause));
            case PathEffect.Slow _, PathEffect.SlowSite _ -> {
                boolean rated = ruling.category() == BounceCategory.RATE_LIMITED;
                boolean connections = rated && (isBeforeMail(stage) || namesConnections(cause));
                yield connections
                        ? Optional.of(new PathSignal.TooManyConnections(cause))
                        : Optional.of(cause).filter(_ -> rated).map(PathSignal.TooFast::new);
            }
            case PathEffect.None _, PathEffect.AvoidHost _ -> Optional.empty();
        };
    }

    private static boolean isBeforeMail(Stage stage) {
        return stage == Stage.BANNER || stage == Stage.EHLO;
    }

    private static boolean namesConnections(String cause) {
        String words = cause.toLowerCase(Locale.ROOT);
        return words.contains("connection") || words.contains("concurren");
    }
}
