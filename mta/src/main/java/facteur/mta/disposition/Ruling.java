package facteur.mta.disposition;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;

/**
 * What the rules make of a refusal.
 *
 * @param rule id of the rule that decided
 */
public record Ruling(
        Meaning meaning, BounceCategory category, String rule, About about, Effect effect) {
    public BounceClass bounceClass() {
        return new BounceClass(category, rule);
    }
}
