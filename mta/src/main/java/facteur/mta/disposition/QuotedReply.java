package facteur.mta.disposition;

/** Finds where a text of a report quotes a server's refusal. */
final class QuotedReply {
    private QuotedReply() {}

    /** The index of the three digits of a code 400 to 599, or -1. */
    static int find(String text) {
        if (isCode(text, 0)) {
            return 0;
        }
        for (int i = 1; i + 3 <= text.length(); i++) {
            if (isCode(text, i) && isIntroduced(text, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isCode(String text, int at) {
        if (at + 3 > text.length()
                || (text.charAt(at) != '4' && text.charAt(at) != '5')
                || !isDigit(text, at + 1)
                || !isDigit(text, at + 2)) {
            return false;
        }
        return at + 3 == text.length() || " -\t#:,;".indexOf(text.charAt(at + 3)) >= 0;
    }

    /** A number in running text is not a reply; after one of these signs it is. */
    private static boolean isIntroduced(String text, int at) {
        int before = at - 1;
        while (before >= 0 && " \t\r\n\"'(<[".indexOf(text.charAt(before)) >= 0) {
            before--;
        }
        if (before < 0) {
            return true;
        }
        char sign = text.charAt(before);
        boolean spaced = before < at - 1;
        return (":;>".indexOf(sign) >= 0 && (spaced || sign == ';'))
                || isWordOfSpeech(text, before)
                || followsStatus(text, at);
    }

    private static boolean isWordOfSpeech(String text, int end) {
        String before =
                text.substring(Math.max(0, end - 10), end + 1).toLowerCase(java.util.Locale.ROOT);
        return before.endsWith("said")
                || before.endsWith("with")
                || before.endsWith("error")
                || before.endsWith("response")
                || before.endsWith("code")
                || before.endsWith("was")
                || before.endsWith("smtp");
    }

    /** An enhanced code right behind makes it a reply wherever it stands. */
    private static boolean followsStatus(String text, int at) {
        return at + 8 < text.length()
                && text.charAt(at + 4) == text.charAt(at)
                && text.charAt(at + 5) == '.'
                && isDigit(text, at + 6);
    }

    private static boolean isDigit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
