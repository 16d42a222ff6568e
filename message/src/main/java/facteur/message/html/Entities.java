package facteur.message.html;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Character references in attribute values (whatwg HTML 13.2.5.72 to 80). Of the two thousand names
 * only those which also work without a semicolon are known here, since those decide how an ordinary
 * query string reads (a name followed by an equals sign is text, before a semicolon or alone it is
 * a character). A value with another name and a semicolon is not decoded, and its link stays as it
 * is.
 */
final class Entities {
    /** The names for U+00A0 to U+00FF, in order. */
    private static final String LATIN =
            "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg"
                    + " plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14"
                    + " frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil"
                    + " Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute"
                    + " Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig"
                    + " agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml"
                    + " igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide"
                    + " oslash ugrave uacute ucirc uuml yacute thorn yuml";

    private static final int APOSTROPHE = 39;
    private static final Map<String, Integer> NAMES = names();
    private static final int LONGEST_REFERENCE = 64;

    private Entities() {}

    /** The value with its references replaced, empty when one of them is not understood. */
    static Optional<String> decode(String value) {
        int at = value.indexOf('&');
        if (at < 0) {
            return Optional.of(value);
        }
        StringBuilder out = new StringBuilder(value.length());
        int kept = 0;
        while (at >= 0) {
            out.append(value, kept, at);
            kept = value.startsWith("&#", at) ? number(value, at, out) : name(value, at, out);
            if (kept < 0) {
                return Optional.empty();
            }
            at = value.indexOf('&', kept);
        }
        return Optional.of(out.append(value, kept, value.length()).toString());
    }

    /** Appends what the reference at {@code at} says; answers where to go on, or -1. */
    private static int number(String value, int at, StringBuilder out) {
        boolean hex = value.startsWith("x", at + 2) || value.startsWith("X", at + 2);
        int from = at + (hex ? 3 : 2);
        int end = from;
        int number = 0;
        while (end < value.length() && digit(value.charAt(end), hex) >= 0) {
            number = Math.min(number * (hex ? 16 : 10) + digit(value.charAt(end), hex), 0x110000);
            end++;
        }
        if (end == from) {
            out.append('&');
            return at + 1;
        }
        if (isOdd(number)) {
            return -1;
        }
        out.appendCodePoint(number);
        return end < value.length() && value.charAt(end) == ';' ? end + 1 : end;
    }

    private static int name(String value, int at, StringBuilder out) {
        int end = at + 1;
        while (end < value.length() && isAlphanumeric(value.charAt(end))) {
            end++;
        }
        boolean closed = end < value.length() && value.charAt(end) == ';';
        if (end - at > LONGEST_REFERENCE) {
            out.append('&');
            return at + 1;
        }
        Integer known = NAMES.get(value.substring(at + 1, end));
        if (closed && end > at + 1) {
            if (known == null) {
                return -1;
            }
            out.appendCodePoint(known);
            return end + 1;
        }
        boolean text = end < value.length() && value.charAt(end) == '=';
        if (known == null || known == APOSTROPHE || text) {
            out.append(value, at, end);
        } else {
            out.appendCodePoint(known);
        }
        return end;
    }

    /** Numbers which browsers replace by something else. */
    private static boolean isOdd(int number) {
        return number == 0
                || number > Character.MAX_CODE_POINT
                || (number >= 0x80 && number <= 0x9f)
                || (number >= Character.MIN_SURROGATE && number <= Character.MAX_SURROGATE);
    }

    private static int digit(char c, boolean hex) {
        return c < 0x80 ? Character.digit(c, hex ? 16 : 10) : -1;
    }

    private static boolean isAlphanumeric(char c) {
        return c < 0x80 && Character.isLetterOrDigit(c);
    }

    private static Map<String, Integer> names() {
        Map<String, Integer> names = new HashMap<>();
        int code = 0xa0;
        for (String name : LATIN.split(" ", -1)) {
            names.put(name, code++);
        }
        names.putAll(Map.of("amp", 38, "AMP", 38, "lt", 60, "LT", 60, "gt", 62, "GT", 62));
        names.putAll(Map.of("quot", 34, "QUOT", 34, "COPY", 0xa9, "REG", 0xae));
        names.put("apos", APOSTROPHE); // with a semicolon only
        return Map.copyOf(names);
    }
}
