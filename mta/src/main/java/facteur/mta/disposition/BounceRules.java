package facteur.mta.disposition;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Stage;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules by which refusals are read, in the order in which they are tried: what a provider is
 * known to mean, then what the words say, then the enhanced code, then the basic code. The last
 * rule knows everything, and makes it soft.
 */
public final class BounceRules {
    private final String version;
    private final List<BounceRule> rules;
    private final Map<BounceCategory, Advice> advice;

    BounceRules(String version, List<BounceRule> rules, Map<BounceCategory, Advice> advice) {
        this.version = version;
        this.rules = List.copyOf(rules);
        this.advice = new EnumMap<>(advice);
    }

    /** Changes with every change of a rule; stored with rulings so that they can be revisited. */
    public String version() {
        return version;
    }

    /** The same rules, less those that one provider alone has: how would a stranger fare? */
    BounceRules withoutProvider(String name) {
        return new BounceRules(
                version,
                rules.stream()
                        .filter(
                                rule ->
                                        rule.provider().filter(p -> p.name().equals(name)).isEmpty()
                                                && !rule.id().startsWith(name + "-"))
                        .toList(),
                advice);
    }

    List<BounceRule> all() {
        return rules;
    }

    public int size() {
        return rules.size();
    }

    /** What to do about a refusal that the rule {@code id} decided. */
    public Optional<Advice> advice(String id) {
        return named(id)
                .flatMap(
                        rule ->
                                rule.advice()
                                        .or(
                                                () ->
                                                        Optional.ofNullable(
                                                                advice.get(rule.category()))));
    }

    /** For whom, or by what paper, the rule {@code id} stands; empty when it does not say. */
    public String citation(String id) {
        return named(id).map(BounceRule::cite).orElse("");
    }

    private Optional<BounceRule> named(String id) {
        return rules.stream().filter(rule -> rule.id().equals(id)).findFirst();
    }

    /** What to do about any refusal of a category. */
    public Optional<Advice> advice(BounceCategory category) {
        return Optional.ofNullable(advice.get(category));
    }

    Ruling rule(Stage stage, Optional<String> host, Refusal refusal) {
        for (BounceRule rule : rules) {
            if (rule.matches(stage, host, refusal)) {
                return rule.ruling(refusal, version);
            }
        }
        throw new IllegalStateException("rules " + version + " have no last rule for all");
    }
}
