package facteur.mail.outcome;

/**
 * Why a recipient was given up.
 *
 * @param rule id of the rule that said so, such as {@code gmail-no-such-user}; stored so that
 *     rulings can be revisited
 */
public record BounceClass(BounceCategory category, String rule) {}
