package facteur.mta.queue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.disposition.Effect;

import java.util.List;
import java.util.Optional;

/** Turns evidence into what is to be recorded of recipients. */
final class Rulings {
    // Those that are recorded together when a whole site cannot be reached.
    private static final int AT_ONCE = 500;

    private final Judge judge;
    private final Sites sites;
    private final Owner owner;
    private final Settlement settlement;
    private final Runnable recorded;

    /** A ruling with what is to be recorded of it. */
    record Verdict(Judge.Ruling ruling, Settlement.Settled settled) {}

    /**
     * @param recorded run whenever deferrals may be on disk
     */
    Rulings(Judge judge, Sites sites, Owner owner, Settlement settlement, Runnable recorded) {
        this.judge = judge;
        this.sites = sites;
        this.owner = owner;
        this.settlement = settlement;
        this.recorded = recorded;
    }

    Verdict of(Pending pending, Evidence evidence, String site, Optional<DeliveryEvent.Hop> hop) {
        int attempt = pending.attempts() + 1;
        Judge.Ruling ruling =
                judge.rule(
                        evidence,
                        new Judge.Circumstances(
                                hop.map(DeliveryEvent.Hop::host).orElse(site),
                                attempt,
                                pending.lane().credential(),
                                pending.acceptedAt(),
                                owner.now()));
        Disposition disposition = elsewhere(pending, ruling, evidence, site, hop);
        return new Verdict(ruling, new Settlement.Settled(pending, disposition, attempt, hop));
    }

    /**
     * A source that is blocked says nothing about the message: while another source may carry it,
     * it is sent from there at once.
     */
    private Disposition elsewhere(
            Pending pending,
            Judge.Ruling ruling,
            Evidence evidence,
            String site,
            Optional<DeliveryEvent.Hop> hop) {
        boolean blocked = ruling.effect() instanceof Effect.Rest && hop.isPresent();
        Optional<Path> from =
                blocked
                        ? sites.named(site).map(s -> s.paths.get(hop.orElseThrow().source()))
                        : Optional.empty();
        if (from.isEmpty() || !sites.hasAnother(pending, from.get(), owner.now())) {
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

    /** Rules the same for many who never came to a session, and records it in pieces. */
    void settleAll(List<Pending> all, Evidence why, String site) {
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            settlement.settle(
                    all.subList(from, Math.min(all.size(), from + AT_ONCE)).stream()
                            .map(each -> of(each, why, site, Optional.empty()).settled())
                            .toList(),
                    List.of(),
                    recorded);
        }
    }

    /** Gives up those of a path who have waited longer than they are worth. */
    void expire(Path path) {
        if (!path.isSuspended(owner.now())) {
            return;
        }
        List<Pending> late =
                path.waiting.remove(
                        pending ->
                                !judge.giveUpAt(pending.lane().credential(), pending.acceptedAt())
                                        .isAfter(owner.now()));
        Evidence why =
                new Evidence.Failed(
                        Stage.LOCAL,
                        Fault.EXPIRED,
                        "not sent in time, since the path was suspended: " + path.lastReply());
        settleAll(late, why, path.site.name);
    }
}
