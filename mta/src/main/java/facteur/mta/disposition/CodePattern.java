package facteur.mta.disposition;

import java.util.Optional;

/**
 * Basic reply codes: {@code 550}, or a whole class, {@code 5xx}.
 *
 * @param low first code meant
 * @param high last code meant
 */
record CodePattern(int low, int high) {
    static Optional<CodePattern> parse(String text) {
        if (text.matches("[45]xx")) {
            int low = (text.charAt(0) - '0') * 100;
            return Optional.of(new CodePattern(low, low + 99));
        }
        return text.matches("[45][0-9][0-9]")
                ? Optional.of(new CodePattern(Integer.parseInt(text), Integer.parseInt(text)))
                : Optional.empty();
    }

    boolean matches(int code) {
        return code >= low && code <= high;
    }
}
