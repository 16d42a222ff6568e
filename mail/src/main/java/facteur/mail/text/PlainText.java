package facteur.mail.text;

/** Text from strangers made fit to be kept and shown. */
public final class PlainText {
    private PlainText() {}

    /**
     * Without control and bidirectional formatting characters (each run becomes a space), trimmed,
     * and cut behind {@code limit} characters, never within a surrogate pair.
     */
    public static String text(String raw, int limit) {
        StringBuilder text = new StringBuilder(Math.min(raw.length(), limit));
        boolean gap = false;
        for (int i = 0; i < raw.length() && text.length() < limit; ) {
            int c = raw.codePointAt(i);
            i += Character.charCount(c);
            if (isUnfit(c)) {
                gap = !text.isEmpty();
            } else {
                if (gap && text.charAt(text.length() - 1) != ' ') {
                    text.append(' ');
                }
                gap = false;
                text.appendCodePoint(c);
            }
        }
        return cut(text.toString().strip(), limit).strip();
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        boolean within = Character.isHighSurrogate(text.charAt(limit - 1));
        return text.substring(0, within ? limit - 1 : limit);
    }

    private static boolean isUnfit(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            default ->
                    (c >= 0x202a && c <= 0x202e)
                            || (c >= 0x2066 && c <= 0x2069)
                            || c == 0x200e
                            || c == 0x200f
                            || c == 0x61c;
        };
    }
}
