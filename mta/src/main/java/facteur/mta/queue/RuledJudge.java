package facteur.mta.queue;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.Effect;
import facteur.mta.disposition.Meaning;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Rules by reply and by fault. Whether to try again follows the basic code of the reply; what a
 * refusal means follows its text. The time of the next try follows the schedule, the server's own
 * word where it gives one, and chance, so that what failed together is not tried together.
 */
public final class RuledJudge implements Judge {
    private static final double JITTER = 0.2;
    private static final List<Duration> GREYLISTED =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(15));
    private static final Duration LONGEST_HINT = Duration.ofHours(4);
    private static final Pattern HINT =
            Pattern.compile(
                    "(?:in|after) (\\d{1,5}) ?(second|sec|minute|min|hour)",
                    Pattern.CASE_INSENSITIVE);

    private final Supplier<BounceClassifier> classifier;
    private final Schedule schedule;
    private final RandomGenerator random;

    /**
     * When to try again.
     *
     * @param retry pauses after each attempt; the last repeats
     * @param maxAge a recipient still deferred after this is given up
     */
    public record Schedule(List<Duration> retry, Duration maxAge) {
        public Schedule {
            retry = List.copyOf(retry);
        }
    }

    /**
     * @param classifier asked anew for each reply, so that rules can change
     */
    public RuledJudge(
            Supplier<BounceClassifier> classifier, Schedule schedule, RandomGenerator random) {
        this.classifier = classifier;
        this.schedule = schedule;
        this.random = random;
    }

    @Override
    public Ruling rule(Evidence evidence, Circumstances at) {
        return switch (evidence) {
            case Evidence.Answered(Stage stage, Reply reply) when reply.isPositive() ->
                    new Ruling(new Disposition.Delivered(evidence), Optional.empty(), false);
            case Evidence.Answered(Stage stage, Reply reply) -> refused(stage, reply, evidence, at);
            case Evidence.Failed(_, Fault fault, _) -> failed(fault, evidence, at);
        };
    }

    private Ruling refused(Stage stage, Reply reply, Evidence evidence, Circumstances at) {
        facteur.mta.disposition.Ruling ruling =
                classifier.get().classify(stage, Optional.of(at.site()), reply);
        BounceClass why = ruling.bounceClass();
        Optional<Duration> pause = pause(ruling.effect());
        boolean tooMany = ruling.category() == BounceCategory.RATE_LIMITED || reply.code() == 421;
        boolean permanent = reply.code() / 100 == 5;
        if (!permanent) {
            return new Ruling(deferred(why, evidence, at, hint(reply.text())), pause, tooMany);
        }
        boolean aboutRecipient = stage == Stage.RCPT || stage == Stage.DOT || stage == Stage.DATA;
        boolean hard = ruling.meaning() == Meaning.HARD && aboutRecipient;
        // A banner or EHLO that refuses us says nothing of the recipient: another time, or another
        // host, may be kinder.
        boolean aboutSession =
                stage == Stage.BANNER || stage == Stage.EHLO || stage == Stage.STARTTLS;
        if (aboutSession) {
            return new Ruling(deferred(why, evidence, at, Optional.empty()), pause, tooMany);
        }
        Disposition disposition =
                hard
                        ? new Disposition.HardBounce(why, evidence)
                        : new Disposition.SoftBounce(why, evidence);
        return new Ruling(disposition, pause, tooMany);
    }

    private static Optional<Duration> pause(Effect effect) {
        return switch (effect) {
            case Effect.None _, Effect.Slow _, Effect.AvoidHost _ -> Optional.empty();
            case Effect.Rest(Duration time) -> Optional.of(time);
            case Effect.Suspend(Duration time) -> Optional.of(time);
        };
    }

    private Ruling failed(Fault fault, Evidence evidence, Circumstances at) {
        BounceClass why =
                new BounceClass(
                        category(fault),
                        "fault-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        Disposition disposition =
                switch (fault) {
                    case NULL_MX -> new Disposition.HardBounce(why, evidence);
                    // DNS faults look like this too: hard only when it has been so over days.
                    case NO_SUCH_DOMAIN ->
                            expires(at)
                                    ? new Disposition.HardBounce(why, evidence)
                                    : deferred(why, evidence, at, Optional.empty());
                    case EXTENSION_MISSING, TOO_LARGE_FOR_PEER, LOOP, FORBIDDEN_ADDRESS, EXPIRED ->
                            new Disposition.SoftBounce(why, evidence);
                    case DNS_FAILURE,
                            NO_ADDRESS,
                            CONNECTION_REFUSED,
                            CONNECTION_TIMEOUT,
                            CONNECTION_LOST,
                            REPLY_TIMEOUT,
                            TLS_FAILURE,
                            PROTOCOL_ERROR ->
                            deferred(why, evidence, at, Optional.empty());
                };
        return new Ruling(disposition, Optional.empty(), false);
    }

    private static BounceCategory category(Fault fault) {
        return switch (fault) {
            case NULL_MX, NO_SUCH_DOMAIN -> BounceCategory.BAD_DOMAIN;
            case DNS_FAILURE, NO_ADDRESS, LOOP, FORBIDDEN_ADDRESS -> BounceCategory.ROUTING_DNS;
            case TLS_FAILURE -> BounceCategory.TLS_FAILURE;
            case TOO_LARGE_FOR_PEER -> BounceCategory.MESSAGE_TOO_LARGE;
            case PROTOCOL_ERROR, EXTENSION_MISSING -> BounceCategory.PROTOCOL_ERROR;
            case CONNECTION_REFUSED, CONNECTION_TIMEOUT, CONNECTION_LOST, REPLY_TIMEOUT, EXPIRED ->
                    BounceCategory.UNKNOWN;
        };
    }

    private boolean expires(Circumstances at) {
        return !nextTry(at, pauseAfter(at.attempt()))
                .isBefore(at.acceptedAt().plus(schedule.maxAge()));
    }

    /** Another try, unless it would come too late. */
    private Disposition deferred(
            BounceClass why, Evidence evidence, Circumstances at, Optional<Duration> hint) {
        Duration usual =
                why.category() == BounceCategory.GREYLISTED
                        ? GREYLISTED.get(Math.min(at.attempt(), GREYLISTED.size()) - 1)
                        : pauseAfter(at.attempt());
        Instant retryAt =
                hint.map(asked -> at.now().plus(asked))
                        .orElseGet(() -> nextTry(at, jittered(usual)));
        return retryAt.isBefore(at.acceptedAt().plus(schedule.maxAge()))
                ? new Disposition.Deferred(why, evidence, retryAt)
                : new Disposition.SoftBounce(why, evidence);
    }

    private static Instant nextTry(Circumstances at, Duration pause) {
        return at.now().plus(pause);
    }

    private Duration pauseAfter(int attempt) {
        return schedule.retry().get(Math.min(attempt, schedule.retry().size()) - 1);
    }

    private Duration jittered(Duration pause) {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofMillis((long) (pause.toMillis() * factor));
    }

    /**
     * "Try again in 300 seconds": obeyed up to four hours, and one second more, since some servers
     * count the second itself.
     */
    static Optional<Duration> hint(String text) {
        Matcher matcher = HINT.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        Duration asked =
                switch (matcher.group(2).toLowerCase(Locale.ROOT).charAt(0)) {
                    case 's' -> Duration.ofSeconds(count + 1);
                    case 'm' -> Duration.ofMinutes(count).plusSeconds(1);
                    default -> Duration.ofHours(count);
                };
        return Optional.of(asked.compareTo(LONGEST_HINT) > 0 ? LONGEST_HINT : asked);
    }
}
