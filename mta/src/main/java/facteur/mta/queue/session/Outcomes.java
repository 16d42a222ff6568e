package facteur.mta.queue.session;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.egress.Sites;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.record.OutcomePolicy;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.queue.record.QueueCounters;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.shaping.PathSignal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Turns evidence into what is to be recorded of recipients. */
public final class Outcomes {
    private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

    // Those that are recorded together when many have the same outcome.
    private static final int AT_ONCE = 500;
    // Of who waits for a site that is down or suspended, so often it is recorded.
    private static final Duration TOLD_EACH = Duration.ofHours(1);
    private static final Duration AFTER_A_BUG = Duration.ofMinutes(5);

    private final OutcomePolicy policy;
    private final Sites sites;
    private final Owner owner;
    private final OutcomeRecorder recorder;
    private final QueueCounters counters;
    private final Runnable recorded;

    /** A ruling with what is to be recorded of it. */
    record Ruled(OutcomePolicy.Judgement ruling, OutcomeRecorder.Outcome outcome) {}

    /**
     * @param recorded run whenever deferrals may be on disk
     */
    public Outcomes(
            OutcomePolicy policy,
            Sites sites,
            Owner owner,
            OutcomeRecorder recorder,
            QueueCounters counters,
            Runnable recorded) {
        this.policy = policy;
        this.sites = sites;
        this.owner = owner;
        this.recorder = recorder;
        this.counters = counters;
        this.recorded = recorded;
    }

    Ruled of(
            QueuedRecipient recipient,
            Evidence evidence,
            String site,
            Optional<DeliveryEvent.Hop> hop) {
        int attempt = recipient.attempts() + 1;
        OutcomePolicy.Judgement ruling = rule(recipient, evidence, site, hop);
        Disposition disposition = elsewhere(recipient, ruling, evidence, site, hop);
        return new Ruled(ruling, new OutcomeRecorder.Outcome(recipient, disposition, attempt, hop));
    }

    private OutcomePolicy.Judgement rule(
            QueuedRecipient recipient,
            Evidence evidence,
            String site,
            Optional<DeliveryEvent.Hop> hop) {
        try {
            return policy.rule(
                    evidence,
                    new OutcomePolicy.Circumstances(
                            hop.map(DeliveryEvent.Hop::host).orElse(site),
                            recipient.attempts() + 1,
                            recipient.key().credential(),
                            recipient.acceptedAt(),
                            owner.now()));
        } catch (RuntimeException e) {
            counters.failedTasks().increment();
            log.error("failed to rule on {} for {}", evidence, recipient.id(), e);
            return OutcomePolicy.Judgement.of(withoutRules(evidence));
        }
    }

    /** What can be said when the rules fail: what was taken is never sent again. */
    private Disposition withoutRules(Evidence evidence) {
        boolean taken = evidence instanceof Evidence.Answered(_, var reply) && reply.isPositive();
        return taken
                ? new Disposition.Delivered(evidence)
                : new Disposition.Deferred(
                        new BounceClass(BounceCategory.UNKNOWN, "rules-failed"),
                        evidence,
                        owner.now().plus(AFTER_A_BUG));
    }

    /**
     * A source that is blocked says nothing about the message: while another source may carry it,
     * it is sent from there at once.
     */
    private Disposition elsewhere(
            QueuedRecipient recipient,
            OutcomePolicy.Judgement ruling,
            Evidence evidence,
            String site,
            Optional<DeliveryEvent.Hop> hop) {
        boolean blocked =
                ruling.signal() instanceof PathSignal.Blocked
                        && !ruling.everySource()
                        && hop.isPresent();
        Optional<EgressPath> from =
                blocked ? sites.path(site, hop.orElseThrow().source()) : Optional.empty();
        if (from.isEmpty() || !sites.hasAnother(recipient, from.get(), owner.now())) {
            return ruling.disposition();
        }
        return switch (ruling.disposition()) {
            case Disposition.SoftBounce(var why, _) ->
                    new Disposition.Deferred(why, evidence, owner.now());
            case Disposition.Deferred(var why, _, _) ->
                    new Disposition.Deferred(why, evidence, owner.now());
            case Disposition.HardBounce _,
                    Disposition.Delivered _,
                    Disposition.Abandoned _,
                    Disposition.Withdrawn _ ->
                    ruling.disposition();
        };
    }

    /** Rules the same for many that never came to a session, and records it in pieces. */
    public void settleAll(List<QueuedRecipient> all, Evidence why, String site) {
        recordAll(all, each -> of(each, why, site, Optional.empty()).outcome());
    }

    private void recordAll(
            List<QueuedRecipient> all, Function<QueuedRecipient, OutcomeRecorder.Outcome> became) {
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            recorder.record(
                    all.subList(from, Math.min(all.size(), from + AT_ONCE)).stream()
                            .map(became)
                            .toList(),
                    List.of(),
                    recorded);
        }
    }

    /** What an answer that concerns no recipient says about a path. */
    OutcomePolicy.Judgement aboutPath(QueuedRecipient any, Evidence evidence, EgressPath path) {
        return rule(any, evidence, path.site().name(), Optional.empty());
    }

    /**
     * Gives up those of a path that have waited longer than they are worth, and records of those
     * who wait without being tried that they do: people and notices of delay (RFC 3461 4.1) see
     * only what is recorded.
     */
    public void expire(EgressPath path) {
        Instant now = owner.now();
        if (!path.isSuspended(now) && !path.wasDown()) {
            return;
        }
        String cause =
                (path.isSuspended(now)
                                ? "sending is suspended after: "
                                : "no host can be reached: ")
                        + path.lastReply();
        Evidence late =
                new Evidence.Failed(Stage.LOCAL, Fault.EXPIRED, "not sent in time: " + cause);
        settleAll(path.remove(this::isTooOld), late, path.site().name());
        Instant silent = now.minus(TOLD_EACH);
        Evidence waits = new Evidence.Failed(Stage.LOCAL, Fault.NOT_TRIED, "not tried: " + cause);
        recordAll(
                path.remove(recipient -> recipient.due().isBefore(silent)),
                recipient ->
                        new OutcomeRecorder.Outcome(
                                recipient,
                                new Disposition.Deferred(
                                        new BounceClass(
                                                BounceCategory.ROUTING_DNS, "fault-not-tried"),
                                        waits,
                                        now),
                                recipient.attempts(),
                                Optional.empty()));
    }

    private boolean isTooOld(QueuedRecipient recipient) {
        return !policy.giveUpAt(recipient.key().credential(), recipient.acceptedAt())
                .isAfter(owner.now());
    }
}
