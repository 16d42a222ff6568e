package facteur.tracker.netty;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The token in a path, whatever mail programs made of it: they escape what needs no escape ({@code
 * %2D}), and take for a part of the link what follows it in a text ({@code .}, {@code )}, {@code
 * &x}). Only whole tokens unseal, so nothing is guessed.
 */
final class TokenText {
    private static final int MOST_MARKS = 3;

    private TokenText() {}

    /** The digits of base64url at the beginning, without escapes. */
    static String of(String path) {
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int c = path.charAt(i);
            if (c == '%') {
                c = i + 2 < path.length() ? escaped(path, i + 1) : -1;
                i += 2;
            }
            if (!isDigit(c)) {
                break;
            }
            text.append((char) c);
        }
        return text.toString();
    }

    /**
     * The same with ever fewer marks at its end, which are digits of base64url too: of emphasis
     * ({@code __}) or a dash ({@code --}).
     */
    static Stream<String> readings(String text) {
        int fewest = text.length();
        while (fewest > 0 && text.length() - fewest < MOST_MARKS && isMark(text, fewest - 1)) {
            fewest--;
        }
        return IntStream.rangeClosed(0, text.length() - fewest)
                .mapToObj(marks -> text.substring(0, text.length() - marks));
    }

    private static boolean isMark(String text, int at) {
        return text.charAt(at) == '_' || text.charAt(at) == '-';
    }

    private static int escaped(String path, int at) {
        int high = Character.digit(path.charAt(at), 16);
        int low = Character.digit(path.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static boolean isDigit(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_';
    }
}
