package facteur.mail.suppression;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;

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

    /**
     * Whether it forbids mail of this kind. A domain that was not found forbids nothing: mail to it
     * is asked for anew, which costs a question to the DNS.
     */
    public boolean forbids(String credential, boolean isCampaignMail) {
        return cause.isAbsolute() && scope.covers(credential, isCampaignMail);
    }

    /** Of the same cause and scope an address has one. */
    public boolean isOfKindOf(Suppression other) {
        return cause == other.cause && scope.equals(other.scope);
    }

    /** Without what was said, which may repeat the address. */
    Suppression anonymous() {
        return new Suppression(cause, scope, since, expires, evidence, "", rule, who);
    }
}
