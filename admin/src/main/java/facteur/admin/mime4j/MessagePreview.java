package facteur.admin.mime4j;

import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message as it is shown: every part is cut at a bound.
 *
 * @param fields of the header, unfolded, not decoded
 * @param text the first text/plain part
 * @param html the first text/html part
 * @param attachments type and name of the other parts
 * @param problem why the rest could not be read, when it could not
 */
public record MessagePreview(
        List<FieldLine> fields,
        Optional<String> text,
        Optional<String> html,
        List<String> attachments,
        Optional<String> problem) {
    private static final int MAX_FIELDS = 200;
    private static final int MAX_FIELD = 8 << 10;
    private static final int MAX_PART = 1 << 20;
    private static final int MAX_PARTS = 100;

    /** One header field. */
    public record FieldLine(String name, String value) {}

    public MessagePreview {
        fields = List.copyOf(fields);
        attachments = List.copyOf(attachments);
    }

    /** Takes a message apart, as far as it can be read. */
    public static MessagePreview of(InputStream message) throws IOException {
        return new Reader().read(message);
    }

    private static final class Reader {
        private final List<FieldLine> fields = new ArrayList<>();
        private final List<String> attachments = new ArrayList<>();
        private Optional<String> text = Optional.empty();
        private Optional<String> html = Optional.empty();
        private boolean inHeader = true;

        private final MimeTokenStream stream =
                new MimeTokenStream(
                        new MimeConfig.Builder()
                                .setMaxLineLen(1 << 20)
                                .setMaxHeaderLen(1 << 20)
                                .setMaxHeaderCount(10_000)
                                .build());

        MessagePreview read(InputStream message) throws IOException {
            Optional<String> problem = Optional.empty();
            try {
                stream.parse(message);
                EntityState state = stream.getState();
                while (state != EntityState.T_END_OF_STREAM && attachments.size() < MAX_PARTS) {
                    see(state);
                    state = stream.next();
                }
            } catch (MimeException e) {
                problem = Optional.of(String.valueOf(e.getMessage()));
            }
            return new MessagePreview(fields, text, html, attachments, problem);
        }

        private void see(EntityState state) throws IOException {
            if (state == EntityState.T_FIELD && inHeader) {
                field(stream.getField());
            } else if (state == EntityState.T_END_HEADER) {
                inHeader = false;
            } else if (state == EntityState.T_BODY) {
                body(stream.getBodyDescriptor());
            }
        }

        private void field(Field field) {
            if (fields.size() < MAX_FIELDS) {
                byte[] raw = field.getRaw() == null ? new byte[0] : field.getRaw().toByteArray();
                String whole =
                        raw.length == 0
                                ? field.getName() + ": " + field.getBody()
                                : new String(raw, StandardCharsets.UTF_8);
                String value = whole.substring(Math.min(whole.length(), whole.indexOf(':') + 1));
                fields.add(new FieldLine(field.getName(), cut(unfold(value), MAX_FIELD)));
            }
        }

        private void body(BodyDescriptor part) throws IOException {
            String type = part.getMimeType();
            if (type.equals("text/plain") && text.isEmpty()) {
                text = Optional.of(content(part));
            } else if (type.equals("text/html") && html.isEmpty()) {
                html = Optional.of(content(part));
            } else {
                attachments.add(type);
            }
        }

        private String content(BodyDescriptor part) throws IOException {
            byte[] octets = stream.getDecodedInputStream().readNBytes(MAX_PART);
            return new String(octets, charset(part.getCharset()));
        }
    }

    private static Charset charset(String name) {
        try {
            Charset named = Charset.forName(name);
            // What says ASCII and is not is nearly always UTF-8.
            return named.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : named;
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
            return StandardCharsets.UTF_8;
        }
    }

    private static String unfold(String value) {
        return value.replace("\r\n", "\n").replaceAll("\n[ \t]+", " ").strip();
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
