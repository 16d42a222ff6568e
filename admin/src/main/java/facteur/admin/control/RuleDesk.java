package facteur.admin.control;

import java.util.Optional;

/** The bounce rules, to try a reply on. */
public interface RuleDesk {
    /**
     * @param meaning {@code hard} or {@code soft}
     */
    record Ruling(String meaning, String category, String rule) {}

    /**
     * What a reply would be ruled.
     *
     * @param stage such as {@code rcpt}
     * @param reply as the server said it, with its code
     * @return empty when it is not a refusal
     */
    Optional<Ruling> classify(String stage, String reply);

    /** No rules. */
    static RuleDesk none() {
        return (_, _) -> Optional.empty();
    }
}
