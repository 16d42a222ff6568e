package facteur.store.fold;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;
import facteur.store.codec.OutcomeCodec;

import java.time.Instant;
import java.util.Optional;

/**
 * A standing refusal to send to an address.
 *
 * @param since when what caused it happened
 * @param evidence the recipient whose delivery, complaint or unsubscription caused it
 * @param why the reply, or what the operator said
 * @param rule the rule that ruled the reply, or empty
 * @param who the operator, or empty
 */
public record Suppression(
        SuppressionCause cause,
        SuppressionScope scope,
        Instant since,
        Optional<Instant> expires,
        Optional<RecipientId> evidence,
        String why,
        String rule,
        String who) {
    /** One sentence for the timeline of a message that was not sent because of it. */
    public String because() {
        String text = cause.key() + " since " + since;
        String told = why.isEmpty() ? text : text + ": " + why;
        String ruled = rule.isEmpty() ? told : told + " (rule " + rule + ")";
        return evidence.map(id -> ruled + ", message " + id)
                .orElse(who.isEmpty() ? ruled : ruled + ", by " + who);
    }

    void write(Encoder to) {
        OutcomeCodec.scope(to.choice(cause), scope);
        to.instant(since)
                .optional(expires, Encoder::instant)
                .optional(evidence, MessageCodec::recipientId);
        to.text(why).text(rule).text(who);
    }

    static Suppression read(Decoder from) {
        return new Suppression(
                from.choice(SuppressionCause.values()),
                OutcomeCodec.scope(from),
                from.instant(),
                from.optional(Decoder::instant),
                from.optional(MessageCodec::recipientId),
                from.text(),
                from.text(),
                from.text());
    }
}
