package facteur.tracker.netty;

import java.util.Optional;

/**
 * The token in a path, whatever mail programs made of it: they escape what needs no escape ({@code
 * %2D}), and take for a part of the link what follows it in a text ({@code .}, {@code )}, {@code
 * &x}). Only whole tokens unseal, so nothing is guessed.
 */
final class TokenText {
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

    /** The same without a mark of emphasis at its end, which is a digit of base64url too. */
    static Optional<String> withoutMark(String text) {
        return text.endsWith("_") || text.endsWith("-")
                ? Optional.of(text.substring(0, text.length() - 1))
                : Optional.empty();
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
