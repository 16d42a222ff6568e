package facteur.mail.text;

/**
 * Text from strangers with every character visible that would act on what shows it: controls (a
 * terminal obeys them), bidirectional overrides and isolates (they reorder what stands around
 * them), other format characters (they are not seen at all), line and paragraph separators, halves
 * of surrogate pairs. Such a character is shown as {@code \}{@code u202e}, which in JSON is still
 * the same string. The two joiners stay: they only shape the letters between which they stand.
 */
public final class Escaped {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Escaped() {}

    /** One line: line breaks and tabs are shown by their number as well. */
    public static String line(String text) {
        return escaped(text, false);
    }

    /** Text of several lines: its line breaks and tabs stay. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    /** Whether a character acts rather than being seen. */
    public static boolean acts(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            case Character.FORMAT ->
                    character != ZERO_WIDTH_JOINER && character != ZERO_WIDTH_NON_JOINER;
            default -> false;
        };
    }

    private static String escaped(String text, boolean keepsLines) {
        int first = 0;
        while (first < text.length() && isPlain(text.charAt(first), keepsLines)) {
            first++;
        }
        if (first == text.length()) {
            return text; // nearly always
        }
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); ) {
            int c = text.codePointAt(i);
            int width = Character.charCount(c);
            if (acts(c) && !(keepsLines && isLayout(c))) {
                for (int unit = i; unit < i + width; unit++) {
                    shown.append(String.format("\\u%04x", (int) text.charAt(unit)));
                }
            } else {
                shown.appendCodePoint(c);
            }
            i += width;
        }
        return shown.toString();
    }

    private static boolean isPlain(char unit, boolean keepsLines) {
        return !Character.isSurrogate(unit) && (!acts(unit) || (keepsLines && isLayout(unit)));
    }

    private static boolean isLayout(int character) {
        return character == '\n' || character == '\r' || character == '\t';
    }
}
