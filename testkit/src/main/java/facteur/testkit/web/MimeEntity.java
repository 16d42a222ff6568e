package facteur.testkit.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A MIME entity: header fields, and either parts or content (RFC 2045, 2046). */
final class MimeEntity {
    private static final int MAX_DEPTH = 10;
    private static final int MAX_PARTS = 200;
    private static final Pattern FIELD = Pattern.compile("([!-9;-~]+)[ \\t]*:(.*)", Pattern.DOTALL);

    /** A header field, unfolded. */
    record Field(String name, String value) {}

    private final List<Field> fields;
    private final byte[] body;

    private MimeEntity(List<Field> fields, byte[] body) {
        this.fields = fields;
        this.body = body;
    }

    static MimeEntity parse(byte[] entity) {
        // Latin-1 keeps bytes and characters one to one, so that positions agree.
        String text = new String(entity, StandardCharsets.ISO_8859_1);
        int headerEnd = 0;
        List<Field> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        while (headerEnd < text.length()) {
            int lineEnd = text.indexOf('\n', headerEnd);
            int next = lineEnd < 0 ? text.length() : lineEnd + 1;
            String line = text.substring(headerEnd, next).replaceAll("[\\r\\n]+$", "");
            headerEnd = next;
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (!folded) {
                add(fields, field);
            }
            if (line.isEmpty()) {
                break;
            }
            field.append(line);
        }
        add(fields, field);
        return new MimeEntity(
                fields, text.substring(headerEnd).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void add(List<Field> fields, StringBuilder field) {
        Matcher matcher = FIELD.matcher(field);
        if (matcher.matches()) {
            fields.add(new Field(matcher.group(1), matcher.group(2).strip()));
        }
        field.setLength(0);
    }

    List<Field> fields() {
        return List.copyOf(fields);
    }

    Optional<String> header(String name) {
        return fields.stream()
                .filter(f -> f.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** The type and subtype, in lower case; text/plain when it is not said. */
    String type() {
        String value = header("Content-Type").orElse("text/plain");
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private Optional<String> parameter(String name) {
        Pattern pattern =
                Pattern.compile(
                        ";\\s*" + name + "\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;]+))",
                        Pattern.CASE_INSENSITIVE);
        Matcher matcher = pattern.matcher(header("Content-Type").orElse(""));
        return matcher.find()
                ? Optional.ofNullable(matcher.group(1)).or(() -> Optional.of(matcher.group(2)))
                : Optional.empty();
    }

    /** The content as text, with transfer encoding and charset taken away. */
    String text() {
        byte[] decoded =
                TransferDecoding.decode(body, header("Content-Transfer-Encoding").orElse(""));
        return new String(decoded, TransferDecoding.charset(parameter("charset").orElse("")));
    }

    /** This part and all parts inside it that are not multiparts themselves, in order. */
    List<MimeEntity> leaves() {
        List<MimeEntity> found = new ArrayList<>();
        collect(found, 0);
        return found;
    }

    private void collect(List<MimeEntity> found, int depth) {
        Optional<String> boundary =
                type().startsWith("multipart/") ? parameter("boundary") : Optional.empty();
        if (boundary.isEmpty() || depth == MAX_DEPTH) {
            found.add(this);
            return;
        }
        for (String part : split(boundary.get())) {
            if (found.size() >= MAX_PARTS) {
                return;
            }
            parse(part.getBytes(StandardCharsets.ISO_8859_1)).collect(found, depth + 1);
        }
    }

    private List<String> split(String boundary) {
        String text = "\n" + new String(body, StandardCharsets.ISO_8859_1);
        String delimiter = "\n--" + boundary;
        List<String> parts = new ArrayList<>();
        int start = text.indexOf(delimiter);
        while (start >= 0 && parts.size() < MAX_PARTS) {
            int content = start + delimiter.length();
            int lineEnd = text.indexOf('\n', content);
            if (text.startsWith("--", content) || lineEnd < 0) {
                break;
            }
            // The delimiter of an empty part begins with the line feed that ends this one.
            int end = text.indexOf(delimiter, lineEnd);
            parts.add(
                    text.substring(
                            lineEnd + 1, end < 0 ? text.length() : Math.max(lineEnd + 1, end)));
            start = end;
        }
        return parts;
    }
}
