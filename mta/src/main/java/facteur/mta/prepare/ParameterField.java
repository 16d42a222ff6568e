package facteur.mta.prepare;

import facteur.mail.text.Ascii;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Content-Type and Content-Disposition with parameters beyond ASCII, in the form of RFC 2231 4:
 * {@code name*=utf-8''%C3%A9t%C3%A9.txt}, in pieces where it is long (RFC 2231 3). What stands
 * outside of parameters, and the parameters by which a message is read, have no such form.
 */
final class ParameterField {
    private static final Set<String> STRUCTURE =
            Set.of("boundary", "charset", "protocol", "micalg");
    private static final String CHARSET = "utf-8''";
    private static final int PIECE = 50; // with its name below 76 (RFC 5322 2.1.1)

    private ParameterField() {}

    /** The value of the field in ASCII; empty when it has no such form. */
    static Optional<String> ascii(String value) {
        String body = value.stripTrailing();
        List<String> segments = segments(body);
        Set<String> extended = new java.util.HashSet<>();
        for (String segment : segments) {
            String key = key(segment);
            int star = key.indexOf('*');
            if (star > 0) {
                extended.add(key.substring(0, star));
            }
        }
        StringBuilder out = new StringBuilder(segments.getFirst());
        if (!Ascii.is(segments.getFirst())) {
            return Optional.empty();
        }
        for (String segment : segments.subList(1, segments.size())) {
            if (Ascii.is(segment)) {
                out.append(';').append(segment);
                continue;
            }
            String key = key(segment);
            if (extended.contains(key)) {
                continue; // said again in a form that goes first (RFC 6266 4.3)
            }
            Optional<String> plain =
                    isName(key)
                            ? value(segment.substring(segment.indexOf('=') + 1))
                            : Optional.empty();
            if (plain.isEmpty()) {
                return Optional.empty();
            }
            out.append(parameter(key, plain.get()));
        }
        return Optional.of(out + value.substring(body.length()));
    }

    private static String key(String segment) {
        int equals = segment.indexOf('=');
        return equals < 0 ? "" : segment.substring(0, equals).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isName(String key) {
        return !key.isEmpty()
                && !STRUCTURE.contains(key)
                && key.chars()
                        .allMatch(
                                c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?=*'%".indexOf(c) < 0);
    }

    /** The text of a parameter's value; empty when it is not just one word or one quoted text. */
    private static Optional<String> value(String raw) {
        String text = FieldText.unfolded(raw).strip();
        if (!text.startsWith("\"")) {
            boolean word = text.chars().noneMatch(c -> "\"()".indexOf(c) >= 0);
            return word ? Optional.of(text) : Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        for (int at = 1; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return at == text.length() - 1 ? Optional.of(out.toString()) : Optional.empty();
            }
            out.append(c == '\\' && at + 1 < text.length() ? text.charAt(++at) : c);
        }
        return Optional.empty(); // never closed
    }

    private static String parameter(String key, String value) {
        List<String> pieces = pieces(value);
        if (pieces.size() == 1) {
            return ";\r\n " + key + "*=" + CHARSET + pieces.getFirst();
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            out.append(";\r\n ").append(key).append('*').append(i).append("*=");
            out.append(i == 0 ? CHARSET : "").append(pieces.get(i));
        }
        return out.toString();
    }

    private static List<String> pieces(String value) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    octet > ' ' && octet < 0x7f && "()<>@,;:\\\"/[]?=*'%".indexOf(octet) < 0;
            piece.append(plain ? String.valueOf((char) octet) : String.format("%%%02X", octet));
            if (piece.length() >= PIECE) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
        }
        if (!piece.isEmpty() || pieces.isEmpty()) {
            pieces.add(piece.toString());
        }
        return pieces;
    }

    /** What stands between semicolons outside of quotes and comments. */
    private static List<String> segments(String body) {
        List<String> segments = new ArrayList<>();
        boolean quoted = false;
        int depth = 0;
        int from = 0;
        for (int at = 0; at < body.length(); at++) {
            char c = body.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')') {
                depth = Math.max(0, depth - 1);
            } else if (!quoted && depth == 0 && c == ';') {
                segments.add(body.substring(from, at));
                from = at + 1;
            }
        }
        segments.add(body.substring(Math.min(from, body.length())));
        return segments;
    }
}
