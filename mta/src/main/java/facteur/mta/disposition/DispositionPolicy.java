package facteur.mta.disposition;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mail.smtp.Severity;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Turns evidence into a disposition. Pure: the same facts, the same decision.
 *
 * <p>Whether to try again follows the basic code: 4xx is deferred until the message is too old, 5xx
 * is final at once, unless it came before any message was named. What the end means for the address
 * follows the rules. A fault without a reply defers, except where trying again cannot help.
 */
public final class DispositionPolicy {
    // Three look-ups, ten minutes apart at least, take less than the hour that somebody waits who
    // has
    // mistyped a domain. A zone that is broken for longer costs this message: the suppression that
    // follows does not keep the next from asking again.
    private static final Duration LOOK_UP_AGAIN = Duration.ofMinutes(11);
    // Longer than the first pause with its jitter, so that the next try meets another host.
    private static final Duration ILL_HOST = Duration.ofMinutes(15);

    private final BounceClassifier classifier;
    private final RetrySchedule schedule;

    public DispositionPolicy(BounceClassifier classifier, RetrySchedule schedule) {
        this.classifier = classifier;
        this.schedule = schedule;
    }

    /**
     * Whether a recipient was refused for no other reason than that there were more in the
     * transaction than the server takes: 452, or 552 from servers of old (RFC 5321 4.5.3.1.10). It
     * was not tried.
     */
    public static boolean isTooManyRecipients(Evidence evidence) {
        if (!(evidence instanceof Evidence.Answered(Stage stage, Reply reply))
                || stage != Stage.RCPT
                || (reply.code() != 452 && reply.code() != 552 && reply.code() != 451)) {
            return false;
        }
        return reply.enhanced().filter(s -> s.subject() == 5 && s.detail() == 3).isPresent()
                || reply.text().toLowerCase(java.util.Locale.ROOT).contains("too many recipients");
    }

    /**
     * Whether the host does not offer what the message needs, as its reply to EHLO told: nothing
     * was sent, and another host of the same domain may offer it.
     */
    public static boolean isHostUnsuited(Evidence evidence) {
        return evidence instanceof Evidence.Failed(_, Fault fault, _)
                && (fault == Fault.EXTENSION_MISSING || fault == Fault.TOO_LARGE_FOR_PEER);
    }

    /**
     * @param evidence of the attempt that has just ended
     */
    public Decision decide(
            Evidence evidence, RetryState retryState, Instant now, RandomGenerator jitter) {
        return switch (evidence) {
            case Evidence.Answered answered -> answered(answered, retryState, now, jitter);
            case Evidence.Failed failed -> failed(failed, retryState, now, jitter);
        };
    }

    /** The longest pause between two tries. */
    public Duration longestPause() {
        return schedule.longest();
    }

    private Decision answered(
            Evidence.Answered answered,
            RetryState retryState,
            Instant now,
            RandomGenerator jitter) {
        Reply reply = answered.reply();
        return switch (reply.severity()) {
            case POSITIVE ->
                    new Decision(
                            new Disposition.Delivered(answered),
                            new PathEffect.None(),
                            Optional.empty());
            case INTERMEDIATE, TRANSIENT, PERMANENT -> {
                Ruling ruling = classifier.classify(answered.stage(), retryState.host(), reply);
                yield new Decision(
                        reply.severity() == Severity.PERMANENT && !isAtTheDoor(answered.stage())
                                ? bounce(ruling, answered)
                                : deferred(ruling, answered, retryState, now, jitter),
                        ruling.effect(),
                        Optional.of(ruling));
            }
        };
    }

    private static Disposition bounce(Ruling ruling, Evidence evidence) {
        return switch (ruling.meaning()) {
            case HARD -> new Disposition.HardBounce(ruling.bounceClass(), evidence);
            case SOFT -> new Disposition.SoftBounce(ruling.bounceClass(), evidence);
        };
    }

    private Disposition deferred(
            Ruling ruling,
            Evidence.Answered answered,
            RetryState retryState,
            Instant now,
            RandomGenerator jitter) {
        Optional<Duration> asked = RetryHint.find(answered.reply().text());
        Optional<Instant> next =
                asked.isPresent()
                        ? schedule.nextTryAfter(asked.get(), now, retryState.giveUpAt(), jitter)
                        : ruling.category() == BounceCategory.GREYLISTED
                                ? schedule.nextTryWhenGreylisted(
                                        retryState.attempts(), now, retryState.giveUpAt(), jitter)
                                : schedule.nextTry(
                                        retryState.attempts(), now, retryState.giveUpAt(), jitter);
        return deferredUntil(next, ruling.bounceClass(), answered);
    }

    private static Disposition deferredUntil(
            Optional<Instant> next, BounceClass why, Evidence evidence) {
        return next.<Disposition>map(at -> new Disposition.Deferred(why, evidence, at))
                .orElseGet(() -> new Disposition.SoftBounce(why, evidence));
    }

    /** Before MAIL a refusal concerns the session, so it always defers (4xx or 5xx). */
    private static boolean isAtTheDoor(Stage stage) {
        return switch (stage) {
            case CONNECT, BANNER, EHLO, STARTTLS -> true;
            case DNS, MAIL, RCPT, DATA, DOT, REPORT, LOCAL -> false;
        };
    }

    private Decision failed(
            Evidence.Failed failed, RetryState retryState, Instant now, RandomGenerator jitter) {
        return new Decision(
                fate(failed, retryState, now, jitter),
                effect(failed.fault(), failed.stage()),
                Optional.empty());
    }

    private Disposition fate(
            Evidence.Failed failed, RetryState retryState, Instant now, RandomGenerator jitter) {
        BounceClass why =
                new BounceClass(category(failed.fault()), "fault-" + name(failed.fault()));
        return switch (failed.fault()) {
            case NULL_MX, NO_SUCH_DOMAIN -> new Disposition.HardBounce(why, failed);
            case DOMAIN_NOT_FOUND ->
                    deferredUntil(
                            schedule.nextTryAfter(
                                    LOOK_UP_AGAIN, now, retryState.giveUpAt(), jitter),
                            why,
                            failed);
            // The message cannot be said to this peer; another day it still cannot.
            case EXTENSION_MISSING, TOO_LARGE_FOR_PEER, EXPIRED, REPORTED, MESSAGE_LOST ->
                    new Disposition.SoftBounce(why, failed);
            case DNS_FAILURE,
                    NO_ADDRESS,
                    FORBIDDEN_ADDRESS,
                    LOOP,
                    CONNECTION_REFUSED,
                    CONNECTION_TIMEOUT,
                    CONNECTION_LOST,
                    REPLY_TIMEOUT,
                    TLS_FAILURE,
                    PROTOCOL_ERROR,
                    RENDERING_FAILED,
                    NOT_TRIED,
                    NO_SOCKET ->
                    later(why, failed, retryState, now, jitter);
        };
    }

    private Disposition later(
            BounceClass why,
            Evidence.Failed failed,
            RetryState retryState,
            Instant now,
            RandomGenerator jitter) {
        return deferredUntil(
                schedule.nextTry(retryState.attempts(), now, retryState.giveUpAt(), jitter),
                why,
                failed);
    }

    private static BounceCategory category(Fault fault) {
        return switch (fault) {
            case NULL_MX, NO_SUCH_DOMAIN, DOMAIN_NOT_FOUND -> BounceCategory.BAD_DOMAIN;
            case TLS_FAILURE -> BounceCategory.TLS_FAILURE;
            case TOO_LARGE_FOR_PEER -> BounceCategory.MESSAGE_TOO_LARGE;
            case PROTOCOL_ERROR, EXTENSION_MISSING -> BounceCategory.PROTOCOL_ERROR;
            case REPORTED -> BounceCategory.UNKNOWN;
            case RENDERING_FAILED, MESSAGE_LOST, NO_SOCKET -> BounceCategory.INTERNAL_ERROR;
            case DNS_FAILURE,
                    NO_ADDRESS,
                    FORBIDDEN_ADDRESS,
                    LOOP,
                    CONNECTION_REFUSED,
                    CONNECTION_TIMEOUT,
                    CONNECTION_LOST,
                    REPLY_TIMEOUT,
                    EXPIRED,
                    NOT_TRIED ->
                    BounceCategory.ROUTING_DNS;
        };
    }

    /**
     * A host that cannot be reached or talked to is remembered by the host walk; here it is one
     * that fails once it was given a message. From DATA on that may be the message's fault.
     */
    private static PathEffect effect(Fault fault, Stage stage) {
        boolean midway = stage == Stage.MAIL || stage == Stage.RCPT;
        return switch (fault) {
            case CONNECTION_LOST, REPLY_TIMEOUT, PROTOCOL_ERROR, TLS_FAILURE ->
                    midway ? new PathEffect.AvoidHost(ILL_HOST) : new PathEffect.None();
            case CONNECTION_REFUSED,
                    CONNECTION_TIMEOUT,
                    DNS_FAILURE,
                    NO_SUCH_DOMAIN,
                    DOMAIN_NOT_FOUND,
                    NULL_MX,
                    NO_ADDRESS,
                    FORBIDDEN_ADDRESS,
                    LOOP,
                    EXTENSION_MISSING,
                    TOO_LARGE_FOR_PEER,
                    EXPIRED,
                    REPORTED,
                    RENDERING_FAILED,
                    MESSAGE_LOST,
                    NOT_TRIED,
                    NO_SOCKET ->
                    new PathEffect.None();
        };
    }

    private static String name(Fault fault) {
        return fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
