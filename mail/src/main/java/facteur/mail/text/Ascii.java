package facteur.mail.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.text.Normalizer;

/**
 * Text for places that take nothing but printable ASCII: letters lose their accents, ligatures and
 * typographic signs are written out, and what has no such form is shown as {@code ?}. It is for
 * people and for rules that look for words; it cannot be turned back.
 */
public final class Ascii {
    private static final char UNKNOWN = '?';
    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Ascii() {}

    /** Whether every character is below 128. */
    public static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Whether the first {@code length} octets are below 128; looks at eight of them at a time. */
    public static boolean is(byte[] octets, int length) {
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            if (((long) EIGHT.get(octets, at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < length; at++) {
            if (octets[at] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The text without anything beyond ASCII; what is ASCII already stays. */
    public static String of(String text) {
        if (is(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        String apart = Normalizer.normalize(text, Normalizer.Form.NFKD);
        apart.codePoints().forEach(c -> append(out, c));
        return out.toString();
    }

    private static void append(StringBuilder out, int c) {
        if (c < 0x80) {
            out.append((char) c);
        } else if (!isMark(c)) {
            out.append(writtenOut(c));
        }
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.FORMAT ->
                    true;
            default -> false;
        };
    }

    private static String writtenOut(int c) {
        return switch (c) {
            case 'ß' -> "ss";
            case 'ẞ' -> "SS";
            case 'æ' -> "ae";
            case 'Æ' -> "AE";
            case 'œ' -> "oe";
            case 'Œ' -> "OE";
            case 'ø' -> "o";
            case 'Ø' -> "O";
            case 'ł' -> "l";
            case 'Ł' -> "L";
            case 'đ', 'ð' -> "d";
            case 'Đ', 'Ð' -> "D";
            case 'þ' -> "th";
            case 'Þ' -> "Th";
            case 'ı' -> "i";
            case '‘', '’', '‚', '‹', '›' -> "'";
            case '“', '”', '„', '«', '»' -> "\"";
            case '‐', '–', '—', '−' -> "-";
            case '€' -> "EUR";
            default -> String.valueOf(UNKNOWN);
        };
    }
}
