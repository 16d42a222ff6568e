package facteur.message.mime;

import facteur.mail.message.Content;
import facteur.message.html.HtmlOctets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a message apart into its leaves (RFC 2046 5.1) in one pass, in constant memory and without
 * recursion: a stack of open boundaries, and the part being read.
 *
 * <pre>
 * SKIP      preamble or epilogue; only delimiters matter
 * HEADER    behind a delimiter, to the empty line
 * LEAF      a body that is no multipart; only delimiters matter, and marks of inline PGP
 * </pre>
 *
 * <p>Anything that another reader might see otherwise (a delimiter with more behind it, a part that
 * is never closed, a field that stands twice) ends the reading as malformed: such mail is sent as
 * it came.
 */
public final class MimeScanner {
    public static final int MAX_DEPTH = 32;
    static final int MAX_PARTS = 1000;
    static final int MAX_PART_HEADER = 64 * 1024;

    private static final int MAX_BOUNDARY = 250; // 70 by RFC 2046 5.1.1
    private static final byte[] DASHES = ascii("--");
    private static final byte[] PGP_MESSAGE = ascii("-----BEGIN PGP MESSAGE");
    private static final byte[] PGP_SIGNED = ascii("-----BEGIN PGP SIGNED MESSAGE");

    private final LineReader lineReader;
    // Whether it reads on in what must stay as it is.
    private final boolean throughout;
    private final List<Open> open = new ArrayList<>();
    private final List<Entity> entities = new ArrayList<>();
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Span> signed = new ArrayList<>();
    private Mode mode = Mode.SKIP;
    private HeaderReader header = new HeaderReader(MAX_PART_HEADER);
    private Optional<Leaf> leaf = Optional.empty();
    private Optional<WhyNotTracked> trouble = Optional.empty();
    private int parts;
    private int lastBreak;

    private enum Mode {
        SKIP,
        HEADER,
        LEAF
    }

    /**
     * A multipart whose end has not come.
     *
     * @param untyped what its parts are that do not say it (RFC 2046 5.1.5)
     */
    private record Open(byte[] delimiter, MediaType untyped, Signing signing) {}

    /**
     * How far a multipart/signed has been read (RFC 1847 2.1): its first part is what is signed.
     */
    private static final class Signing {
        private static final long NEVER = -1;
        private final boolean signs;
        private long from = NEVER;
        private boolean over;

        Signing(boolean signs) {
            this.signs = signs;
        }

        /** A delimiter: the first begins what is signed, the second ends it. */
        Optional<Span> delimited(long before, long behind) {
            if (!signs || over) {
                return Optional.empty();
            }
            if (from == NEVER) {
                from = behind;
                return Optional.empty();
            }
            over = true;
            return Optional.of(new Span(from, before));
        }
    }

    /** Octets from one place to before another. */
    record Span(long from, long to) {
        static final Span NONE = new Span(0, 0);

        boolean holds(long at) {
            return from <= at && at < to;
        }
    }

    /**
     * A part that holds no parts.
     *
     * @param encoding as given, empty when none was
     * @param disposition as given; without one, inline unless it has a name
     * @param from first octet of its body in the content
     * @param to behind the last one; the line break before a delimiter belongs to the delimiter
     */
    public record Leaf(MediaType type, String encoding, MediaType disposition, long from, long to) {
        /**
         * Whether it is text that readers see as part of the message. What is an attachment is not,
         * nor is what has a name and does not say that it is inline: it is a document that a person
         * saves. What is inline and has a name is shown, and so it counts.
         */
        public boolean isInline(String name) {
            return type.is(name) && disposition.is("inline");
        }
    }

    /**
     * The message itself or a part: where its header stands, and the field that names its encoding.
     *
     * @param leaf its place among the leaves; -1 for a multipart
     * @param from first octet of its header
     * @param bodyFrom behind its header
     * @param fieldsEnd where another field can be put
     * @param encodingFrom first octet of Content-Transfer-Encoding; {@code fieldsEnd} without one
     * @param encodingTo behind that field
     * @param typed whether it says what it is
     */
    public record Entity(
            int leaf,
            long from,
            long bodyFrom,
            long fieldsEnd,
            long encodingFrom,
            long encodingTo,
            boolean typed,
            boolean asciiHeader) {}

    /**
     * The entities with their leaves, in their order, or why they cannot be told.
     *
     * @param signed what a multipart/signed signs, its header included
     */
    public record Structure(
            List<Entity> entities,
            List<Leaf> leaves,
            List<Span> signed,
            Optional<WhyNotTracked> trouble) {
        public Structure {
            signed = List.copyOf(signed);
            entities = List.copyOf(entities);
            leaves = List.copyOf(leaves);
        }
    }

    private MimeScanner(LineReader lineReader, boolean throughout) {
        this.lineReader = lineReader;
        this.throughout = throughout;
    }

    /** What copies may differ in; ends at a sign that they may not. */
    public static Structure scan(Content content, HeaderBlock header) throws IOException {
        return scan(content, header, false);
    }

    /** Everything, also what is signed, encrypted, or a report. */
    public static Structure scanThroughout(Content content, HeaderBlock header) throws IOException {
        return scan(content, header, true);
    }

    private static Structure scan(Content content, HeaderBlock header, boolean throughout)
            throws IOException {
        long from = header.length();
        try (InputStream in = content.open(from, content.size() - from)) {
            MimeScanner scanner = new MimeScanner(new LineReader(in, from), throughout);
            scanner.entity(header, from);
            scanner.read();
            scanner.end(content.size());
            return new Structure(scanner.entities, scanner.leaves, scanner.signed, scanner.trouble);
        }
    }

    private void read() throws IOException {
        while (trouble.isEmpty() && lineReader.next()) {
            boolean dashes = lineReader.startsLine && isAt(DASHES);
            if (!dashes || !delimiter()) {
                inside(dashes);
            }
            lastBreak = lineReader.lineBreak();
        }
    }

    private void end(long size) {
        if (!open.isEmpty() && trouble.isEmpty()) {
            malformed();
        }
        closeLeaf(size);
    }

    private void inside(boolean dashes) {
        switch (mode) {
            case SKIP -> {}
            case HEADER -> {
                header.offer(lineReader.octets(), lineReader.from, lineReader.to - lineReader.from);
                switch (header.state()) {
                    case READING -> {}
                    case COMPLETE ->
                            entity(
                                    header.block(),
                                    lineReader.offset() + lineReader.to - lineReader.from);
                    case TOO_LONG -> trouble = Optional.of(WhyNotTracked.TOO_LARGE);
                }
            }
            case LEAF -> {
                if (dashes
                        && !throughout
                        && leaf.isPresent()
                        && leaf.get().type().name().startsWith("text/")) {
                    inlinePgp();
                }
            }
        }
    }

    private void inlinePgp() {
        if (isAt(PGP_MESSAGE)) {
            trouble = Optional.of(WhyNotTracked.ENCRYPTED);
        } else if (isAt(PGP_SIGNED)) {
            trouble = Optional.of(WhyNotTracked.SIGNED);
        }
    }

    /** Whether the line is a delimiter of an open multipart, the innermost first; acts on it. */
    private boolean delimiter() {
        boolean prefix = false;
        for (int level = open.size() - 1; level >= 0; level--) {
            byte[] boundary = open.get(level).delimiter();
            if (isAt(boundary)) {
                int rest = lineReader.from + boundary.length;
                boolean closes = rest + 1 < lineReader.to && dashesAt(rest);
                if (isBlank(closes ? rest + 2 : rest)) {
                    delimited(level, closes);
                    return true;
                }
                prefix = true;
            }
        }
        if (prefix) {
            malformed();
        }
        return prefix;
    }

    private void delimited(int level, boolean closes) {
        if (mode == Mode.HEADER || level < open.size() - 1) {
            malformed(); // a part without a body, or an inner multipart without an end
            return;
        }
        long before = lineReader.offset() - lastBreak;
        closeLeaf(before);
        open.getLast()
                .signing()
                .delimited(before, lineReader.offset() + lineReader.to - lineReader.from)
                .ifPresent(signed::add);
        if (closes) {
            open.removeLast();
            mode = Mode.SKIP;
        } else if (++parts > MAX_PARTS) {
            trouble = Optional.of(WhyNotTracked.TOO_LARGE);
        } else {
            header = new HeaderReader(MAX_PART_HEADER);
            mode = Mode.HEADER;
        }
    }

    /** A header has been read; its body begins at {@code bodyFrom}. */
    private void entity(HeaderBlock block, long bodyFrom) {
        Optional<MediaType> type = type(block, untyped());
        if (type.isEmpty() || block.isMalformed() || isAmbiguous(block)) {
            malformed();
            return;
        }
        trouble = throughout ? Optional.empty() : reasonNotToTouch(type.get());
        boolean isMultipart = type.get().isMultipart();
        entities.add(entity(block, bodyFrom - block.length(), isMultipart ? -1 : leaves.size()));
        if (isMultipart) {
            multipart(type.get());
        } else {
            String encoding = block.text("content-transfer-encoding").orElse("");
            MediaType disposition = disposition(block, type.get());
            leaf = Optional.of(new Leaf(type.get(), encoding, disposition, bodyFrom, bodyFrom));
            mode = Mode.LEAF;
        }
    }

    private static Entity entity(HeaderBlock block, long from, int leaf) {
        long end = from + block.fieldsEnd();
        Optional<HeaderBlock.Field> encoding = block.first("content-transfer-encoding");
        return new Entity(
                leaf,
                from,
                from + block.length(),
                end,
                encoding.map(field -> from + field.from()).orElse(end),
                encoding.map(field -> from + field.to()).orElse(end),
                block.first("content-type").isPresent(),
                block.isAscii());
    }

    private void multipart(MediaType type) {
        String boundary = type.parameter("boundary").orElse("").stripTrailing();
        if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            malformed();
        } else if (open.size() == MAX_DEPTH) {
            trouble = Optional.of(WhyNotTracked.TOO_LARGE);
        } else {
            byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
            boolean digest = type.is("multipart/digest");
            open.add(
                    new Open(
                            delimiter,
                            digest ? MediaType.MESSAGE : MediaType.PLAIN,
                            new Signing(type.is("multipart/signed"))));
            mode = Mode.SKIP;
        }
    }

    private MediaType untyped() {
        return open.isEmpty() ? MediaType.PLAIN : open.getLast().untyped();
    }

    /** An attachment may say what it likes; what could be a multipart or HTML must be clear. */
    private static Optional<MediaType> type(HeaderBlock block, MediaType untyped) {
        Optional<String> text = block.text("content-type");
        if (text.isEmpty()) {
            return Optional.of(untyped);
        }
        String lower = text.get().toLowerCase(Locale.ROOT);
        Optional<MediaType> type = MediaType.parse(text.get());
        boolean matters = lower.contains("multipart") || lower.contains("html");
        return type.isPresent() || matters
                ? type
                : Optional.of(new MediaType("application/octet-stream", Map.of()));
    }

    /** What cannot be read, or is not known, is an attachment (RFC 2183 2.8). */
    private static MediaType disposition(HeaderBlock block, MediaType type) {
        String text = block.text("content-disposition").orElse("");
        if (text.isEmpty()) {
            return type.hasName() ? MediaType.ATTACHMENT : MediaType.INLINE;
        }
        return MediaType.parse(text).orElse(MediaType.ATTACHMENT);
    }

    private static boolean isAmbiguous(HeaderBlock block) {
        return block.all("content-type").size() > 1
                || block.all("content-transfer-encoding").size() > 1
                || block.all("content-disposition").size() > 1;
    }

    private static Optional<WhyNotTracked> reasonNotToTouch(MediaType type) {
        return switch (type.name()) {
            case "multipart/signed" -> Optional.of(WhyNotTracked.SIGNED);
            case "multipart/encrypted", "application/pgp-encrypted" ->
                    Optional.of(WhyNotTracked.ENCRYPTED);
            case "application/pkcs7-mime", "application/x-pkcs7-mime" ->
                    Optional.of(
                            type.parameter("smime-type").orElse("").equals("signed-data")
                                    ? WhyNotTracked.SIGNED
                                    : WhyNotTracked.ENCRYPTED);
            case "multipart/report" -> Optional.of(WhyNotTracked.REPORT);
            default -> Optional.empty();
        };
    }

    private void closeLeaf(long to) {
        leaf.ifPresent(
                open ->
                        leaves.add(
                                new Leaf(
                                        open.type(),
                                        open.encoding(),
                                        open.disposition(),
                                        open.from(),
                                        Math.max(open.from(), to))));
        leaf = Optional.empty();
    }

    private void malformed() {
        trouble = Optional.of(WhyNotTracked.MALFORMED);
    }

    private boolean isAt(byte[] wanted) {
        return lineReader.to - lineReader.from >= wanted.length
                && Arrays.equals(
                        lineReader.octets(),
                        lineReader.from,
                        lineReader.from + wanted.length,
                        wanted,
                        0,
                        wanted.length);
    }

    private boolean dashesAt(int at) {
        return lineReader.octets()[at] == '-' && lineReader.octets()[at + 1] == '-';
    }

    private boolean isBlank(int from) {
        for (int i = from; i < lineReader.to; i++) {
            if (!HtmlOctets.isSpace(lineReader.octets()[i])) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
