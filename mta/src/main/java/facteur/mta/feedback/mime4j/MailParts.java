package facteur.mta.feedback.mime4j;

import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The header fields of a mail and its parts with text, multiparts laid out flat, enclosed mails
 * left closed. Everything is bounded, and a mail that breaks off or breaks the rules gives what
 * could be read of it.
 */
public record MailParts(List<DecodedField> headers, List<TextPart> parts) {
    public static final int MAX_PART = 1 << 17;
    static final int MAX_PARTS = 32;
    static final int MAX_HEADERS = 500;
    // Each level costs one more pass over what lies within.
    static final int MAX_DEPTH = 16;
    private static final int MAX_LINE = 1 << 16;

    private static final MimeConfig LIMITS =
            MimeConfig.custom()
                    .setMaxLineLen(MAX_LINE)
                    .setMaxHeaderLen(MAX_LINE)
                    .setMaxHeaderCount(MAX_HEADERS)
                    .setCountLineNumbers(false)
                    .build();

    public MailParts {
        headers = List.copyOf(headers);
        parts = List.copyOf(parts);
    }

    /** Reads a mail; never fails. */
    public static MailParts of(byte[] mail) {
        return new Reading().run(new ByteArrayInputStream(mail));
    }

    /** Reads a block of header fields, such as those of an enclosed mail. */
    public static List<DecodedField> headersOf(String block) {
        int start = block.startsWith("From ") ? Math.max(0, block.indexOf('\n') + 1) : 0;
        return LenientHeaders.read(block.substring(start), MAX_HEADERS);
    }

    /** The value of the first field of that name, given in lower case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(h -> h.name().equals(name))
                .map(DecodedField::value)
                .findFirst();
    }

    private static final class Reading {
        private final List<DecodedField> headers = new ArrayList<>();
        private final List<TextPart> parts = new ArrayList<>();
        private int depth;
        private String preamble = "";

        MailParts run(InputStream mail) {
            MimeTokenStream tokens = new MimeTokenStream(LIMITS);
            tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
            try {
                tokens.parse(mail);
                for (EntityState state = tokens.getState();
                        state != EntityState.T_END_OF_STREAM
                                && parts.size() < MAX_PARTS
                                && depth < MAX_DEPTH;
                        state = tokens.next()) {
                    take(state, tokens);
                }
            } catch (IOException | MimeException | RuntimeException _) {
                // A stranger's mail that cannot be read further says what it said so far.
                return result();
            }
            return result();
        }

        private void take(EntityState state, MimeTokenStream tokens) throws IOException {
            switch (state) {
                case T_START_BODYPART -> depth++;
                case T_END_BODYPART -> depth--;
                case T_FIELD -> field(tokens.getField());
                case T_BODY -> body(tokens);
                case T_PREAMBLE -> preamble(tokens);
                default -> {
                    // Starts and ends and epilogues tell nothing.
                }
            }
        }

        /** A multipart whose boundary never comes is all preamble: then that is the text. */
        private MailParts result() {
            return new MailParts(
                    headers,
                    parts.isEmpty() && !preamble.isEmpty()
                            ? List.of(new TextPart("text/plain", preamble))
                            : parts);
        }

        private void preamble(MimeTokenStream tokens) throws IOException {
            byte[] octets = tokens.getInputStream().readNBytes(MAX_PART);
            preamble = Charsets.decode(octets, null);
        }

        private void field(Field field) {
            if (depth == 0 && headers.size() < MAX_HEADERS) {
                String value = field.getBody() == null ? "" : field.getBody();
                headers.add(
                        new DecodedField(
                                field.getName().toLowerCase(Locale.ROOT),
                                DecodedField.decoded(LenientHeaders.unfold(value))));
            }
        }

        private void body(MimeTokenStream tokens) throws IOException {
            BodyDescriptor body = tokens.getBodyDescriptor();
            String type = body.getMimeType().toLowerCase(Locale.ROOT);
            if (type.startsWith("text/") || type.startsWith("message/")) {
                byte[] octets = tokens.getDecodedInputStream().readNBytes(MAX_PART);
                parts.add(new TextPart(type, Charsets.decode(octets, body.getCharset())));
            }
        }
    }
}
