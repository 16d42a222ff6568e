package facteur.mta.disposition;

import java.util.Set;

/** What a word looks like. */
final class TokenShape {
    // Two labels alone may be a sentence without a blank ("found.Please"): only these ends count.
    private static final Set<String> COMMON_ENDS =
            Set.of("com", "net", "org", "edu", "gov", "info", "biz", "example", "invalid", "test");

    private TokenShape() {}

    static boolean isIp(String word) {
        int dots = 0;
        int colons = 0;
        int end = word.indexOf('/') > 0 ? word.indexOf('/') : word.length();
        for (int i = 0; i < end; i++) {
            char c = word.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c == ':') {
                colons++;
            } else if (Character.digit(c, 16) < 0) {
                return false;
            }
        }
        boolean v4 = dots == 3 && colons <= 1 && !word.startsWith(".");
        return v4 || (colons >= 3 && dots == 0) || word.contains("::");
    }

    /**
     * @param quoted whether it stands in brackets or quotes, where a sentence does not end
     */
    static boolean isHost(String word, boolean quoted) {
        int dots = 0;
        int labelStart = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '.') {
                if (i == labelStart) {
                    return false;
                }
                dots++;
                labelStart = i + 1;
            } else if (!isHostPart(c)) {
                return false;
            }
        }
        String end = word.substring(labelStart);
        boolean named = end.length() >= 2 && end.chars().allMatch(Character::isLetter);
        if (dots == 0 || !named || isExchangeReason(word, end)) {
            return false;
        }
        return dots >= 2 || quoted || COMMON_ENDS.contains(end.toLowerCase(java.util.Locale.ROOT));
    }

    private static boolean isHostPart(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_';
    }

    /** RESOLVER.ADR.RecipNotFound and its like: a first label in capitals, a last in CamelCase. */
    private static boolean isExchangeReason(String word, String end) {
        boolean capitals =
                word.substring(0, word.indexOf('.')).chars().allMatch(Character::isUpperCase);
        boolean mixed =
                end.chars().anyMatch(Character::isUpperCase)
                        && end.chars().anyMatch(Character::isLowerCase);
        return capitals && mixed;
    }

    static boolean isNumber(String word, int least) {
        int digits = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if ("-/.+#_".indexOf(c) < 0) {
                return false;
            }
        }
        return digits >= least;
    }

    /** Letters and digits mixed, or capitals and small letters without reason. */
    static boolean isId(String word) {
        int digits = 0;
        int letters = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (Character.isLetter(c)) {
                letters++;
            }
        }
        return digits >= 3 && letters >= 1;
    }
}
