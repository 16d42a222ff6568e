package facteur.mta.disposition;

import facteur.mail.smtp.EnhancedStatus;

import java.util.Optional;

/**
 * Finds enhanced codes (RFC 3463) wherever a server put them: {@code 554 <a@b>: ... (#5.1.1)},
 * {@code 550 #5.1.0}, {@code 550 cuda_nsu 5.1.1}. Three numbers with dots may also be part of an IP
 * address or a version; those are told apart by their neighbours.
 */
final class StatusFinder {
    static final int NO_CODE = 0;

    private StatusFinder() {}

    /**
     * The code that says most: the leading one, unless it is a mere wrapper ({@code 5.1.0 - Unknown
     * address error 550-'5.2.2 ...'}) and the text holds one that is more precise.
     */
    static Optional<EnhancedStatus> best(
            int basicCode, Optional<EnhancedStatus> leading, String text) {
        Optional<EnhancedStatus> best = leading;
        for (int i = 0; i < text.length() && best.filter(StatusFinder::isPrecise).isEmpty(); i++) {
            Optional<EnhancedStatus> found = at(text, i, basicCode);
            if (found.isPresent() && (best.isEmpty() || isPrecise(found.get()))) {
                best = found;
            }
        }
        return best;
    }

    /** X.0.0, X.1.0, X.5.0 and their like name a field of trouble, not the trouble. */
    private static boolean isPrecise(EnhancedStatus status) {
        return status.detail() != 0 && status.subject() != 0;
    }

    private static Optional<EnhancedStatus> at(String text, int at, int basicCode) {
        char first = text.charAt(at);
        if ((first != '4' && first != '5') || !startsHere(text, at)) {
            return Optional.empty();
        }
        int end = at;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        String candidate = withoutFinalDot(text.substring(at, end));
        boolean wordGoesOn =
                end < text.length()
                        && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '/');
        return wordGoesOn
                ? Optional.empty()
                : EnhancedStatus.parse(candidate).filter(s -> agrees(s, basicCode));
    }

    private static String withoutFinalDot(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean agrees(EnhancedStatus status, int basicCode) {
        // Servers do mix 4 and 5, but a subject beyond 7 is no subject.
        return status.subject() <= 7 && (basicCode == NO_CODE || basicCode >= 400);
    }

    private static boolean startsHere(String text, int at) {
        if (at == 0) {
            return true;
        }
        char before = text.charAt(at - 1);
        if (Character.isLetterOrDigit(before) || before == '.' || before == '/' || before == '_') {
            return false;
        }
        return !isVersionWord(text, at - 1);
    }

    /** "Exim 4.9.5", "version 5.2.1": a name before the blank makes it a version. */
    private static boolean isVersionWord(String text, int blank) {
        if (text.charAt(blank) != ' ') {
            return false;
        }
        String before =
                text.substring(Math.max(0, blank - 12), blank).toLowerCase(java.util.Locale.ROOT);
        return before.endsWith("version")
                || before.endsWith("exim")
                || before.endsWith("postfix")
                || before.endsWith("sendmail")
                || before.endsWith("release")
                || before.endsWith("build");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
