package facteur.message.mime;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A media type or a disposition with its parameters (RFC 2045 5.1, RFC 2183), comments left out.
 *
 * @param name in lower case, such as {@code text/html} or {@code attachment}
 * @param parameters by lower-case name; the first of a name counts
 */
public record MediaType(String name, Map<String, String> parameters) {
    static final MediaType PLAIN = new MediaType("text/plain", Map.of());
    static final MediaType MESSAGE = new MediaType("message/rfc822", Map.of());
    static final MediaType INLINE = new MediaType("inline", Map.of());
    static final MediaType ATTACHMENT = new MediaType("attachment", Map.of());
    private static final int MAX_PARAMETERS = 64;

    public MediaType {
        parameters = Map.copyOf(parameters);
    }

    boolean is(String wanted) {
        return name.equals(wanted);
    }

    boolean isMultipart() {
        return name.startsWith("multipart/");
    }

    public Optional<String> parameter(String key) {
        return Optional.ofNullable(parameters.get(key));
    }

    /** Whether it names a file, in any spelling (RFC 2231 3, 4). */
    boolean hasName() {
        for (String key : parameters.keySet()) {
            if (key.equals("name") || key.startsWith("name*")) {
                return true;
            }
        }
        return false;
    }

    /** Empty when the value does not follow the grammar closely enough to be sure. */
    static Optional<MediaType> parse(String value) {
        Reader reader = new Reader(value);
        String name = reader.until(";").strip().toLowerCase(Locale.ROOT);
        Map<String, String> parameters = new HashMap<>();
        while (reader.skip(';')) {
            String key = reader.until("=;").strip().toLowerCase(Locale.ROOT);
            if (!reader.skip('=')) {
                if (key.isEmpty()) {
                    continue; // a stray semicolon is common
                }
                return Optional.empty();
            }
            parameters.putIfAbsent(key, reader.value());
            if (parameters.size() > MAX_PARAMETERS) {
                return Optional.empty();
            }
        }
        return name.isEmpty() || reader.failed || reader.at < reader.text.length()
                ? Optional.empty()
                : Optional.of(new MediaType(name, parameters));
    }

    private static final class Reader {
        final String text;
        int at;
        boolean failed;

        Reader(String text) {
            this.text = text;
        }

        boolean skip(char c) {
            boolean there = at < text.length() && text.charAt(at) == c;
            at += there ? 1 : 0;
            return there;
        }

        /** Text up to one of the stops, without comments; quotes do not belong here. */
        String until(String stops) {
            StringBuilder out = new StringBuilder();
            while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
                if (text.charAt(at) == '(') {
                    comment();
                } else {
                    failed |= text.charAt(at) == '"';
                    out.append(text.charAt(at++));
                }
            }
            return out.toString();
        }

        String value() {
            String before = until("\";");
            if (at >= text.length() || text.charAt(at) != '"') {
                return before.strip();
            }
            failed |= !before.isBlank();
            String quoted = quoted();
            failed |= !until(";").isBlank();
            return quoted;
        }

        private String quoted() {
            StringBuilder out = new StringBuilder();
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                out.append(text.charAt(at++));
            }
            failed |= !skip('"');
            return out.toString();
        }

        private void comment() {
            int depth = 0;
            do {
                char c = text.charAt(at++);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                at += c == '\\' && at < text.length() ? 1 : 0;
            } while (depth > 0 && at < text.length());
            failed |= depth > 0;
        }
    }
}
