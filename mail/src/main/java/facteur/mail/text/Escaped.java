package facteur.mail.text;

import java.util.HexFormat;

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

    private static final int SHOWN = 6; // a backslash, u and four digits

    private Escaped() {}

    /** One line: line breaks and tabs are shown by their number as well. */
    public static String line(String text) {
        return escaped(text, false);
    }

    /** Text of several lines: its line breaks and tabs stay. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    /**
     * What was shown, with characters for the numbers of those that act. A backslash behind another
     * begins no number, so the quoted pairs of an address stay.
     */
    public static String read(String shown) {
        if (shown.indexOf("\\u") < 0) {
            return shown; // nearly always
        }
        StringBuilder text = new StringBuilder(shown.length());
        for (int i = 0; i < shown.length(); ) {
            int c = number(shown, i);
            int width = SHOWN;
            if (Character.isHighSurrogate((char) c) && number(shown, i + SHOWN) >= 0) {
                c = Character.toCodePoint((char) c, (char) number(shown, i + SHOWN));
                width = 2 * SHOWN;
            }
            if (c >= 0 && acts(c) && Character.getType(c) != Character.SURROGATE) {
                text.appendCodePoint(c);
                i += width;
            } else {
                int end = Math.min(shown.length(), shown.charAt(i) == '\\' ? i + 2 : i + 1);
                text.append(shown, i, end);
                i = end;
            }
        }
        return text.toString();
    }

    /** The number of four digits behind a backslash; negative where there is none. */
    private static int number(String shown, int at) {
        if (!shown.startsWith("\\u", at) || at + SHOWN > shown.length()) {
            return -1;
        }
        int number = 0;
        for (int i = at + 2; i < at + SHOWN; i++) {
            char digit = shown.charAt(i);
            if (!HexFormat.isHexDigit(digit)) {
                return -1;
            }
            number = number << 4 | HexFormat.fromHexDigit(digit);
        }
        return number;
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
