package facteur.mta.queue;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.disposition.Decision;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.Effect;
import facteur.mta.disposition.Owed;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Rulings as {@link DispositionPolicy} makes them. */
public final class PolicyJudge implements Judge {
    private final Supplier<DispositionPolicy> policy;
    private final Duration maxAge;
    private final RandomGenerator random;

    /**
     * @param policy asked anew for each reply, so that rules can change
     * @param maxAge a recipient still deferred after this is given up
     */
    public PolicyJudge(
            Supplier<DispositionPolicy> policy, Duration maxAge, RandomGenerator random) {
        this.policy = policy;
        this.maxAge = maxAge;
        this.random = random;
    }

    @Override
    public Ruling rule(Evidence evidence, Circumstances at) {
        Owed owed =
                new Owed(
                        at.attempt(),
                        at.acceptedAt().plus(maxAge),
                        Optional.of(at.host()).filter(host -> !host.isEmpty()));
        Decision decision = policy.get().decide(evidence, owed, at.now(), random);
        return new Ruling(
                decision.disposition(),
                pause(decision.effect()),
                tooMany(evidence, decision.disposition()));
    }

    private static Optional<Duration> pause(Effect effect) {
        return switch (effect) {
            case Effect.None _, Effect.Slow _, Effect.AvoidHost _ -> Optional.empty();
            case Effect.Rest(Duration time) -> Optional.of(time);
            case Effect.Suspend(Duration time) -> Optional.of(time);
        };
    }

    private static boolean tooMany(Evidence evidence, Disposition disposition) {
        boolean saidGoodBye =
                evidence instanceof Evidence.Answered(_, var reply) && reply.code() == 421;
        boolean rated =
                disposition instanceof Disposition.Deferred(var why, _, _)
                        && why.category() == BounceCategory.RATE_LIMITED;
        return saidGoodBye || rated;
    }
}
