package facteur.config.unit;

import java.util.Optional;

/** Whole numbers without sign, at most 18 digits, so that no sum of them surprises. */
final class WholeNumber {
    private WholeNumber() {}

    static Optional<Long> parse(String text) {
        boolean digits =
                !text.isEmpty()
                        && text.length() <= 18
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
