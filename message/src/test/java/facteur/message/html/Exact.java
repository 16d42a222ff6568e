package facteur.message.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import facteur.message.render.Fixture;

import org.jsoup.parser.Parser;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Walks through an HTML text and its copy character by character. The only differences allowed are
 * a link of ours where an attribute value was, the pixel, a mark that is gone, and a line break
 * before or behind an attribute that needed a line of its own.
 */
public final class Exact {
    private static final Pattern LINK =
            Pattern.compile(Pattern.quote(Fixture.BASE) + "/c/[A-Za-z0-9_-]+");
    private static final Pattern PIXEL =
            Pattern.compile(
                    "<img\\s+src=\""
                            + Pattern.quote(Fixture.BASE)
                            + "/o/[A-Za-z0-9_-]{36,71}\" width=\"1\" height=\"1\" alt=\"\""
                            + " style=\"border:0\"\\s+>");
    private static final Pattern MARK =
            Pattern.compile(
                    " (clicktracking=(off|\"off\")|ses:no-track|data-pm-no-track|data-notrack=\"true\""
                        + "|mc:disable-tracking|data-msys-clicktrack=\"0\")");

    private final String original;
    private final String copy;
    private int at;
    private int in;

    private Exact(String original, String copy) {
        this.original = original;
        this.copy = copy;
    }

    public static void compare(String original, String copy, String message) {
        new Exact(original, copy).walk(message);
    }

    private void walk(String message) {
        while (in < copy.length() || at < original.length()) {
            if (found(LINK)) {
                link(message);
            } else if (found(PIXEL)) {
                in += length(PIXEL, copy, in);
            } else if (length(MARK, original, at) > 0 && !found(MARK)) {
                at += length(MARK, original, at);
            } else if (at < original.length()
                    && in < copy.length()
                    && original.charAt(at) == copy.charAt(in)) {
                at++;
                in++;
            } else if (copy.startsWith("\r\n", in)) {
                in += 2;
            } else {
                fail(message + "\n" + rest(original, at) + "\n--- but\n" + rest(copy, in));
            }
        }
    }

    private boolean found(Pattern pattern) {
        return in < copy.length() && length(pattern, copy, in) > 0;
    }

    private void link(String message) {
        char before = copy.charAt(in - 1);
        int end = at;
        String stops = before == '"' || before == '\'' ? String.valueOf(before) : " \t\r\n>";
        while (stops.indexOf(original.charAt(end)) < 0) {
            end++;
        }
        String value = Parser.unescapeEntities(original.substring(at, end), true);
        int length = length(LINK, copy, in);
        assertEquals(
                value.strip().replaceAll("[\\t\\r\\n]", ""),
                Fixture.target(copy.substring(in, in + length)),
                message);
        at = end;
        in += length;
    }

    private static int length(Pattern pattern, String text, int from) {
        Matcher matcher = pattern.matcher(text).region(from, text.length());
        return matcher.lookingAt() ? matcher.end() - from : 0;
    }

    private static String rest(String text, int from) {
        return text.substring(Math.max(0, from - 100), Math.min(text.length(), from + 200));
    }
}
