package facteur.mail.address;

/** The spellings of a local part: a dot-atom, or a quoted string (RFC 5321 4.1.2). */
final class LocalPart {
    private LocalPart() {}

    static boolean isDotAtom(String text) {
        boolean atomStarted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' ? !atomStarted : !isAtomText(c)) {
                return false;
            }
            atomStarted = c != '.';
        }
        return atomStarted;
    }

    /**
     * The shortest spelling: without quotes where the content is a dot-atom, else quoted with only
     * those backslashes that a quote or a backslash needs.
     */
    static String canonical(String localPart) {
        if (!localPart.startsWith("\"")) {
            return localPart;
        }
        StringBuilder content = new StringBuilder();
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 1; i < localPart.length() - 1; i++) {
            char c = localPart.charAt(i);
            if (c == '\\') {
                c = localPart.charAt(++i);
            }
            content.append(c);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return isDotAtom(content.toString()) ? content.toString() : quoted.append('"').toString();
    }

    // RFC 5322 3.2.3 atext; RFC 6531 3.3 adds everything above ASCII.
    private static boolean isAtomText(char c) {
        if (c >= 0x80) {
            return !Character.isISOControl(c) && !Character.isWhitespace(c);
        }
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
    }
}
