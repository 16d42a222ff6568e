package facteur.mta.queue;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mta.disposition.Decision;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.disposition.Effect;
import facteur.mta.disposition.Owed;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Rulings as {@link DispositionPolicy} makes them. */
public final class PolicyJudge implements Judge {
    private final Supplier<DispositionPolicy> policy;
    private final Function<String, Duration> maxAge;
    private final RandomGenerator random;

    /**
     * @param policy asked anew for each reply, so that rules can change
     * @param maxAge by credential; a recipient still deferred after this is given up
     */
    public PolicyJudge(
            Supplier<DispositionPolicy> policy,
            Function<String, Duration> maxAge,
            RandomGenerator random) {
        this.policy = policy;
        this.maxAge = maxAge;
        this.random = random;
    }

    @Override
    public Ruling rule(Evidence evidence, Circumstances at) {
        Owed owed =
                new Owed(
                        at.attempt(),
                        giveUpAt(at.credential(), at.acceptedAt()),
                        Optional.of(at.host()).filter(host -> !host.isEmpty()));
        Decision decision = policy.get().decide(evidence, owed, at.now(), random);
        boolean crowded = isCrowded(evidence, decision.disposition());
        return new Ruling(
                decision.disposition(),
                crowded && isAtTheDoor(evidence) ? withoutSlow(decision) : decision.effect(),
                crowded,
                DispositionPolicy.isTooManyRecipients(evidence));
    }

    @Override
    public Instant giveUpAt(String credential, Instant acceptedAt) {
        return acceptedAt.plus(maxAge.apply(credential));
    }

    /** Too much before any message was given is too many connections: those are what is lowered. */
    private static Effect withoutSlow(Decision decision) {
        return switch (decision.effect()) {
            case Effect.Slow _, Effect.SlowSite _ -> new Effect.None();
            case Effect.None _, Effect.Rest _, Effect.Suspend _, Effect.AvoidHost _ ->
                    decision.effect();
        };
    }

    private static boolean isAtTheDoor(Evidence evidence) {
        return evidence.stage() == Stage.BANNER || evidence.stage() == Stage.EHLO;
    }

    /** A good-bye, or a rate limit before any message: about connections, not about messages. */
    private static boolean isCrowded(Evidence evidence, Disposition disposition) {
        if (!(evidence instanceof Evidence.Answered(_, var reply))) {
            return false;
        }
        Optional<BounceCategory> category =
                disposition instanceof Disposition.Deferred(var why, _, _)
                        ? Optional.of(why.category())
                        : Optional.empty();
        boolean ownTrouble =
                category.filter(
                                c ->
                                        c == BounceCategory.GREYLISTED
                                                || c == BounceCategory.REPUTATION)
                        .isPresent();
        boolean rated = category.filter(c -> c == BounceCategory.RATE_LIMITED).isPresent();
        return !ownTrouble && (reply.code() == 421 || (isAtTheDoor(evidence) && rated));
    }
}
