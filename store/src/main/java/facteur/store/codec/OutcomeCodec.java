package facteur.store.codec;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.smtp.EnhancedStatus;
import facteur.mail.smtp.Reply;
import facteur.mail.suppression.Suppression;

/** Outcomes as bytes. Ordinals are stored: new values are added at the end of their types. */
public final class OutcomeCodec {
    private OutcomeCodec() {}

    public static void disposition(Encoder to, Disposition disposition) {
        switch (disposition) {
            case Disposition.Delivered(Evidence evidence) -> evidence(to.octet(1), evidence);
            case Disposition.Deferred(BounceClass why, Evidence evidence, var retryAt) -> {
                bounceClass(to.octet(2), why);
                evidence(to, evidence);
                to.instant(retryAt);
            }
            case Disposition.SoftBounce(BounceClass why, Evidence evidence) -> {
                bounceClass(to.octet(3), why);
                evidence(to, evidence);
            }
            case Disposition.HardBounce(BounceClass why, Evidence evidence) -> {
                bounceClass(to.octet(4), why);
                evidence(to, evidence);
            }
            case Disposition.Abandoned(SuppressionCause cause, String because) ->
                    to.octet(5).choice(cause).text(because);
            case Disposition.Withdrawn(String operator, String why) ->
                    to.octet(6).text(operator).text(why);
        }
    }

    public static Disposition disposition(Decoder from) {
        int kind = from.octet();
        return switch (kind) {
            case 1 -> new Disposition.Delivered(evidence(from));
            case 2 -> new Disposition.Deferred(bounceClass(from), evidence(from), from.instant());
            case 3 -> new Disposition.SoftBounce(bounceClass(from), evidence(from));
            case 4 -> new Disposition.HardBounce(bounceClass(from), evidence(from));
            case 5 ->
                    new Disposition.Abandoned(from.choice(SuppressionCause.values()), from.text());
            case 6 -> new Disposition.Withdrawn(from.text(), from.text());
            default -> throw new CorruptRecord("disposition " + kind);
        };
    }

    public static void bounceClass(Encoder to, BounceClass why) {
        to.choice(why.category()).text(why.rule());
    }

    public static BounceClass bounceClass(Decoder from) {
        return new BounceClass(from.choice(BounceCategory.values()), from.text());
    }

    public static void evidence(Encoder to, Evidence evidence) {
        switch (evidence) {
            case Evidence.Answered(Stage stage, Reply reply) -> {
                to.octet(1).choice(stage).number(reply.code());
                to.optional(reply.enhanced(), (e, status) -> e.text(status.toString()))
                        .texts(reply.lines());
            }
            case Evidence.Failed(Stage stage, Fault fault, String detail) ->
                    to.octet(2).choice(stage).choice(fault).text(detail);
        }
    }

    public static Evidence evidence(Decoder from) {
        int kind = from.octet();
        Stage stage = from.choice(Stage.values());
        return switch (kind) {
            case 1 ->
                    new Evidence.Answered(
                            stage,
                            new Reply(
                                    from.small(),
                                    from.optional(
                                            d ->
                                                    EnhancedStatus.parse(d.text())
                                                            .orElseThrow(
                                                                    () ->
                                                                            new CorruptRecord(
                                                                                    "enhanced"
                                                                                        + " status"))),
                                    from.texts()));
            case 2 -> new Evidence.Failed(stage, from.choice(Fault.values()), from.text());
            default -> throw new CorruptRecord("evidence " + kind);
        };
    }

    public static void scope(Encoder to, SuppressionScope scope) {
        switch (scope) {
            case SuppressionScope.All _ -> to.octet(1);
            case SuppressionScope.Credential(String user) -> to.octet(2).text(user);
            case SuppressionScope.Campaigns _ -> to.octet(3);
        }
    }

    public static SuppressionScope scope(Decoder from) {
        int kind = from.octet();
        return switch (kind) {
            case 1 -> new SuppressionScope.All();
            case 2 -> new SuppressionScope.Credential(from.text());
            case 3 -> new SuppressionScope.Campaigns();
            default -> throw new CorruptRecord("scope " + kind);
        };
    }

    public static void suppression(Encoder to, Suppression entry) {
        scope(to.choice(entry.cause()), entry.scope());
        to.instant(entry.since())
                .optional(entry.expires(), Encoder::instant)
                .optional(entry.evidence(), MessageCodec::recipientId);
        to.text(entry.why()).text(entry.rule()).text(entry.who());
    }

    public static Suppression suppression(Decoder from) {
        return new Suppression(
                from.choice(SuppressionCause.values()),
                scope(from),
                from.instant(),
                from.optional(Decoder::instant),
                from.optional(MessageCodec::recipientId),
                from.text(),
                from.text(),
                from.text());
    }
}
