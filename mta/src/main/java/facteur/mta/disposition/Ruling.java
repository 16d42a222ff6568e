package facteur.mta.disposition;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;

/**
 * What the rules make of a refusal.
 *
 * @param rule id of the rule that decided
 * @param version of the rules it is one of
 * @param isSaid whether it was found by the server's words, and not by a code alone
 */
public record Ruling(
        Meaning meaning,
        BounceCategory category,
        String rule,
        String version,
        RefusalSubject about,
        PathEffect effect,
        boolean isSaid) {
    /** As it is stored: the rule with the version of the rules, {@code user-unknown@2026.11}. */
    public BounceClass bounceClass() {
        return new BounceClass(category, rule + "@" + version);
    }
}
