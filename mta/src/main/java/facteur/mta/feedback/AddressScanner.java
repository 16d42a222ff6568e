package facteur.mta.feedback;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds addresses in running text. Lenient where AddressParser is strict: a report may quote what
 * never was a valid address.
 */
final class AddressScanner {
    private static final int MAX_LENGTH = 320;
    private static final String ODD = "[^@\\s<>]{1,64}@[^@\\s<>]{1,255}";
    private static final Pattern EMBEDDED = Pattern.compile("\\\\x\\{([0-9A-Fa-f]{2,6})\\}");

    /**
     * An address found in a text.
     *
     * @param start index of its first character
     * @param end index behind its last one
     */
    record Found(String address, int start, int end, boolean bracketed) {}

    private AddressScanner() {}

    /** The first address in a field such as {@code rfc822;<a@example.org>}. */
    static Optional<String> inField(String value) {
        int semicolon = value.indexOf(';');
        String text =
                semicolon >= 0 && value.indexOf('@') > semicolon
                        ? value.substring(semicolon + 1)
                        : value;
        String readable = plain(text);
        return all(readable).stream()
                .map(Found::address)
                .findFirst()
                .or(() -> Optional.of(odd(readable)).filter(it -> it.matches(ODD)));
    }

    /** What a field gives for an address, though its domain is none. */
    private static String odd(String text) {
        String stripped = text.strip();
        boolean bracketed = stripped.startsWith("<") && stripped.endsWith(">");
        return bracketed ? stripped.substring(1, stripped.length() - 1) : stripped;
    }

    /** With the characters that stand in ASCII for others (utf-8-addr-xtext of RFC 6533 3). */
    private static String plain(String text) {
        return EMBEDDED.matcher(text)
                .replaceAll(
                        found -> {
                            int character = Integer.parseInt(found.group(1), 16);
                            return Matcher.quoteReplacement(
                                    Character.isValidCodePoint(character)
                                            ? Character.toString(character)
                                            : found.group());
                        });
    }

    static List<Found> all(String text) {
        List<Found> found = new ArrayList<>();
        int at = text.indexOf('@');
        while (at >= 0 && found.size() < 100) {
            int start = startOf(text, at);
            int end =
                    start > 0 && text.charAt(start - 1) == '<'
                            ? closing(text, at)
                            : endOf(text, at);
            if (start < at && end > at + 1 && end - start <= MAX_LENGTH) {
                boolean bracketed =
                        start > 0
                                && text.charAt(start - 1) == '<'
                                && end < text.length()
                                && text.charAt(end) == '>';
                found.add(new Found(text.substring(start, end), start, end, bracketed));
            }
            at = text.indexOf('@', at + 1);
        }
        return found;
    }

    private static int startOf(String text, int at) {
        if (at > 0 && text.charAt(at - 1) == '"') {
            int quote = text.lastIndexOf('"', at - 2);
            return quote >= 0 && at - quote <= MAX_LENGTH ? quote : at;
        }
        int start = at;
        while (start > 0 && at - start < MAX_LENGTH && isLocalPart(text.charAt(start - 1))) {
            start--;
        }
        if (start < at - 1 && text.charAt(start) == '\'' && text.indexOf('\'', at) > 0) {
            start++; // a quotation, whose end may stand behind more than the address
        }
        String local = text.substring(start, at).toLowerCase(Locale.ROOT);
        return local.startsWith("mailto:") ? start + 7 : start;
    }

    /** Between angle brackets an address ends at the second, also where its domain is none. */
    private static int closing(String text, int at) {
        int end = at + 1;
        while (end < text.length()
                && end - at < MAX_LENGTH
                && text.charAt(end) > ' '
                && "<>@,;".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end < text.length() && text.charAt(end) == '>' ? end : endOf(text, at);
    }

    private static int endOf(String text, int at) {
        if (at + 1 < text.length() && text.charAt(at + 1) == '[') {
            int bracket = text.indexOf(']', at);
            return bracket > 0 && bracket - at < MAX_LENGTH ? bracket + 1 : at + 1;
        }
        int end = at + 1;
        while (end < text.length() && isDomain(text.charAt(end))) {
            end++;
        }
        while (end > at + 1 && ".-_".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    private static boolean isLocalPart(char c) {
        return c > ' '
                && "<>()[]\\,;:@\"`|".indexOf(c) < 0
                && c != 0x7f
                && !Character.isWhitespace(c);
    }

    private static boolean isDomain(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
    }

    static boolean equal(String a, String b) {
        return a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
    }

    static String localPart(String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase(Locale.ROOT);
    }
}
