package facteur.message.mime;

import facteur.mail.message.Content;
import facteur.mail.text.Ascii;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns a message with 8-bit parts into one of 7 bits, for a host without 8BITMIME (RFC 6152 3):
 * text becomes quoted-printable or base 64, whichever is shorter, anything else base 64; what
 * encloses it says 7bit; header fields get encoded words and extended parameters where they may
 * have them (RFC 2047 5, RFC 2231). What stands before the first part and behind the last is shown
 * to nobody (RFC 2046 5.1.1), and loses its accents. All other octets stay. It is done to the
 * original, before a copy is rendered and signed.
 *
 * <p>What a multipart/signed signs is not touched (RFC 1847 2.1): octets beyond ASCII there make it
 * impossible. Around it everything may change, and so it may in an opaque signature or a cipher
 * text (application/pkcs7-mime), whose octets are the same in any transfer encoding.
 *
 * <p>A message within that bears a signature of its own (RFC 6376, RFC 8617) would lose it: it
 * becomes a message/global, which alone of its kind may be encoded as a whole (RFC 6532 3.7), so
 * that its octets stay. Reports are written in ASCII ({@link ReportFields}).
 */
public final class SevenBit {
    private static final int MAX_DEPTH = 8;
    private static final byte[] BREAK = {'\r', '\n'};
    private static final int MAX_LINE = 998; // RFC 5322 2.1.1
    private static final String GLOBAL = "message/global";
    private static final Pattern MESSAGE =
            Pattern.compile("message\\s*/\\s*rfc822", Pattern.CASE_INSENSITIVE);
    private static final List<String> SEALS =
            List.of("dkim-signature", "arc-seal", "arc-message-signature");
    private static final String SIGNED =
            "it is signed (RFC 1847), and what is signed has octets beyond ASCII";

    private SevenBit() {}

    /** What came of it. */
    public sealed interface Conversion {
        record Converted(Content content) implements Conversion {}

        /**
         * @param why it cannot be converted, for people
         */
        record Impossible(String why) implements Conversion {}
    }

    /** Why a message cannot be converted. */
    private static final class ImpossibleException extends Exception {
        private static final long serialVersionUID = 1L;

        ImpossibleException(String why) {
            super(why);
        }
    }

    /** Converts a message; memory grows with its largest 8-bit part. */
    public static Conversion of(Content content) throws IOException {
        try {
            return new Conversion.Converted(converted(content, 0));
        } catch (ImpossibleException e) {
            return new Conversion.Impossible(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The message with its own header in ASCII, for a host that takes 8-bit content but no header
     * fields beyond ASCII (RFC 6531).
     */
    public static Conversion headerOf(Content content) throws IOException {
        try {
            HeaderBlock header = header(content);
            MimeScanner.Structure structure = structure(content, header);
            MimeScanner.Structure own =
                    new MimeScanner.Structure(
                            structure.entities().subList(0, 1),
                            structure.leaves(),
                            structure.signed(),
                            Optional.empty());
            return new Conversion.Converted(headed(content, own));
        } catch (ImpossibleException e) {
            return new Conversion.Impossible(String.valueOf(e.getMessage()));
        }
    }

    /** Whether everything from some octet on is ASCII. */
    public static boolean isAscii(Content content, long from) throws IOException {
        byte[] block = new byte[Math.clamp(content.size() - from, 1, 16 << 10)];
        try (InputStream in = content.open(from, content.size() - from)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                if (!Ascii.is(block, read)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Text as quoted-printable (RFC 2045 6.7), with its line breaks. */
    public static byte[] quotedPrintable(byte[] text) {
        return TransferEncoding.quotedPrintable(text, text.length);
    }

    private static Content converted(Content original, int depth)
            throws IOException, ImpossibleException {
        if (depth > MAX_DEPTH) {
            throw new ImpossibleException("it holds messages within messages too deep");
        }
        Content content = original;
        HeaderBlock header = header(content);
        MimeScanner.Structure structure = structure(content, header);
        if (!structure.entities().stream().allMatch(MimeScanner.Entity::asciiHeader)) {
            content = headed(content, structure);
            header = header(content);
            structure = structure(content, header);
        }
        Content between = between(content, structure);
        if (!between.equals(content)) {
            content = between;
            structure = sameStructure(content, header, structure);
        }
        SplicedContent splicedContent = new SplicedContent(content);
        long at = 0;
        boolean whole = true;
        for (MimeScanner.Entity entity : structure.entities()) {
            Optional<MimeScanner.Leaf> leaf =
                    entity.leaf() < 0
                            ? Optional.empty()
                            : Optional.of(structure.leaves().get(entity.leaf()));
            byte[] octets =
                    leaf.isPresent()
                            ? content.read(leaf.get().from(), leaf.get().to())
                            : new byte[0];
            boolean signed = isSigned(structure, entity.from());
            if (Ascii.is(octets, octets.length)) {
                // Whatever it was called, 7bit is now true, and only that may be said.
                if (!signed && isLabelled(leaf, entity)) {
                    splicedContent.keep(at, entity.encodingFrom()).put(field("7bit"));
                    at = entity.encodingTo();
                }
            } else {
                if (signed) {
                    throw new ImpossibleException(SIGNED);
                }
                Body body = body(leaf.orElseThrow(), octets, depth);
                Retyped type =
                        body.retyped()
                                ? global(content, entity)
                                : new Retyped(
                                        MimeScanner.Span.NONE,
                                        whole && !entity.typed()
                                                ? typed(octets, header)
                                                : new byte[0]);
                type.keepWithout(splicedContent, at, entity.encodingFrom());
                splicedContent.put(type.field()).put(field(body.encoding()));
                type.keepWithout(splicedContent, entity.encodingTo(), leaf.get().from());
                splicedContent
                        .put(body.octets())
                        .put(whole && body.isBase64() ? BREAK : new byte[0]);
                at = leaf.get().to();
            }
            whole = false;
        }
        Content done = splicedContent.keep(at, content.size()).content();
        if (!isAscii(done, 0)) {
            throw new ImpossibleException("there are octets beyond ASCII in no part of it");
        }
        return done;
    }

    private static boolean isSigned(MimeScanner.Structure structure, long at) {
        return structure.signed().stream().anyMatch(span -> span.holds(at));
    }

    /** With what stands before, between and behind parts in ASCII. */
    private static Content between(Content content, MimeScanner.Structure structure)
            throws IOException, ImpossibleException {
        SplicedContent splicedContent = new SplicedContent(content);
        long at = 0; // up to which octet it has been written
        long from = 0; // where what belongs to no part begins
        for (MimeScanner.Entity entity : structure.entities()) {
            at =
                    between(
                            content,
                            structure,
                            splicedContent,
                            at,
                            new MimeScanner.Span(from, entity.from()));
            from =
                    entity.leaf() < 0
                            ? entity.bodyFrom()
                            : structure.leaves().get(entity.leaf()).to();
        }
        at =
                between(
                        content,
                        structure,
                        splicedContent,
                        at,
                        new MimeScanner.Span(from, content.size()));
        return at == 0 ? content : splicedContent.keep(at, content.size()).content();
    }

    private static long between(
            Content content,
            MimeScanner.Structure structure,
            SplicedContent splicedContent,
            long at,
            MimeScanner.Span gap)
            throws IOException, ImpossibleException {
        if (gap.from() >= gap.to()) {
            return at;
        }
        byte[] octets = content.read(gap.from(), gap.to());
        if (Ascii.is(octets, octets.length)) {
            return at;
        }
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] < 0 && isSigned(structure, gap.from() + i)) {
                throw new ImpossibleException(SIGNED);
            }
        }
        splicedContent.keep(at, gap.from()).put(ascii(plainLines(octets)));
        return gap.to();
    }

    private static String plainLines(byte[] octets) {
        String text = FieldText.of(octets, 0, octets.length);
        return Arrays.stream(text.split("\r\n", -1))
                .map(Ascii::of)
                .map(line -> line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE))
                .collect(Collectors.joining("\r\n"));
    }

    /** A line that reads as a delimiter once its accents are gone would make other parts. */
    private static MimeScanner.Structure sameStructure(
            Content content, HeaderBlock header, MimeScanner.Structure before)
            throws IOException, ImpossibleException {
        MimeScanner.Structure now = structure(content, header);
        if (now.entities().size() != before.entities().size()) {
            throw new ImpossibleException(
                    "the text between its parts would read as one of them in ASCII");
        }
        return now;
    }

    private static HeaderBlock header(Content content) throws IOException, ImpossibleException {
        Optional<HeaderBlock> header = HeaderReader.read(content);
        if (header.isEmpty()) {
            throw new ImpossibleException("its header is too large");
        }
        return header.get();
    }

    private static MimeScanner.Structure structure(Content content, HeaderBlock header)
            throws IOException, ImpossibleException {
        MimeScanner.Structure structure = MimeScanner.scanThroughout(content, header);
        if (structure.trouble().isPresent()) {
            throw new ImpossibleException(inWords(structure.trouble().get()));
        }
        return structure;
    }

    /** With fields in ASCII, in the message's own header and in those of its parts. */
    private static Content headed(Content content, MimeScanner.Structure structure)
            throws IOException, ImpossibleException {
        SplicedContent splicedContent = new SplicedContent(content);
        long at = 0;
        for (MimeScanner.Entity entity : structure.entities()) {
            if (entity.asciiHeader()) {
                continue;
            }
            if (isSigned(structure, entity.from())) {
                throw new ImpossibleException(SIGNED);
            }
            long from = entity.from();
            HeaderBlock header = HeaderBlock.of(content.read(from, entity.fieldsEnd()));
            for (HeaderBlock.Field field : header.fields()) {
                byte[] octets = header.octets(field.from(), field.to());
                if (!Ascii.is(octets, octets.length)) {
                    Optional<byte[]> ascii = AsciiField.of(header, field);
                    if (ascii.isEmpty()) {
                        throw new ImpossibleException(
                                "its field "
                                        + field.name()
                                        + " has octets beyond ASCII in a place that has no form"
                                        + " in ASCII (RFC 2047 5, RFC 2231)");
                    }
                    splicedContent.keep(at, from + field.from()).put(ascii.get());
                    at = from + field.to();
                }
            }
        }
        return splicedContent.keep(at, content.size()).content();
    }

    /**
     * What a part says that it is, anew.
     *
     * @param gone where the field stands that said it; empty when there is none, or it stays
     * @param field in its place; perhaps empty
     */
    private record Retyped(MimeScanner.Span gone, byte[] field) {
        void keepWithout(SplicedContent splicedContent, long from, long to) {
            splicedContent
                    .keep(from, Math.clamp(gone.from(), from, to))
                    .keep(Math.clamp(gone.to(), from, to), to);
        }
    }

    /** The field of a message/rfc822 for a message/global with the same parameters. */
    private static Retyped global(Content content, MimeScanner.Entity entity) throws IOException {
        HeaderBlock header = HeaderBlock.of(content.read(entity.from(), entity.fieldsEnd()));
        Optional<HeaderBlock.Field> said = header.first("content-type");
        if (said.isEmpty()) {
            return new Retyped(MimeScanner.Span.NONE, ascii("Content-Type: " + GLOBAL + "\\r\\n"));
        }
        byte[] octets = header.octets(said.get().from(), said.get().to());
        String field = new String(octets, StandardCharsets.ISO_8859_1);
        return new Retyped(
                new MimeScanner.Span(
                        entity.from() + said.get().from(), entity.from() + said.get().to()),
                MESSAGE.matcher(field).replaceFirst(GLOBAL).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether a message bears a signature or a seal over what it is. */
    private static boolean isSealed(byte[] message) throws IOException {
        return HeaderReader.read(Content.of(message))
                .filter(header -> SEALS.stream().anyMatch(header::has))
                .isPresent();
    }

    /**
     * A body as it leaves, and the name of its encoding.
     *
     * @param retyped whether it is a message/global now
     */
    private record Body(String encoding, byte[] octets, boolean retyped) {
        Body(String encoding, byte[] octets) {
            this(encoding, octets, false);
        }

        boolean isBase64() {
            return encoding.equals("base64");
        }
    }

    private static Body body(MimeScanner.Leaf leaf, byte[] octets, int depth)
            throws IOException, ImpossibleException {
        Optional<TransferEncoding> encoding = TransferEncoding.of(leaf.encoding());
        if (encoding.isEmpty()) {
            throw new ImpossibleException(
                    "a part in " + leaf.encoding() + " has octets beyond ASCII");
        }
        return switch (encoding.get()) {
            case IDENTITY -> encoded(leaf, octets, depth);
            case QUOTED_PRINTABLE -> {
                Optional<TransferEncoding.Decoded> decoded =
                        TransferEncoding.quotedPrintable(octets);
                if (decoded.isEmpty()) {
                    throw new ImpossibleException(
                            "a part in quoted-printable has octets beyond ASCII, and signs of"
                                    + " equality that mean nothing");
                }
                yield isText(leaf) ? quoted(decoded.get().octets) : base64(decoded.get().octets);
            }
            // RFC 2045 6.8: decoders ignore what is not of the alphabet.
            case BASE64 -> new Body("base64", withoutEight(octets));
        };
    }

    private static Body encoded(MimeScanner.Leaf leaf, byte[] octets, int depth)
            throws IOException, ImpossibleException {
        if (leaf.type().is("message/rfc822")) {
            if (isSealed(octets)) {
                return new Body("quoted-printable", quotedPrintable(octets), true);
            }
            // RFC 2046 5.2.1: encoded from inside or not at all.
            Content inner = converted(Content.of(octets), depth + 1);
            try (InputStream in = inner.open()) {
                return new Body("7bit", in.readAllBytes());
            }
        }
        // RFC 6532 3.7, RFC 6533 6: these alone of their kind may be encoded.
        if (ReportFields.are(leaf.type())) {
            return new Body("7bit", ReportFields.ascii(octets));
        }
        boolean global = leaf.type().name().startsWith("message/global");
        if (leaf.type().name().startsWith("message/") && !global) {
            throw new ImpossibleException("a part of type " + leaf.type().name() + " is 8-bit");
        }
        if (isText(leaf) || global) {
            Body quoted = quoted(octets);
            if (global || quoted.octets().length < octets.length / 3L * 4) {
                return quoted;
            }
        }
        return base64(octets);
    }

    private static boolean isText(MimeScanner.Leaf leaf) {
        return leaf.type().name().startsWith("text/");
    }

    private static Body quoted(byte[] octets) {
        return new Body("quoted-printable", quotedPrintable(octets));
    }

    private static Body base64(byte[] octets) {
        return new Body(
                "base64", Base64.getMimeEncoder(TransferEncoding.LINE, BREAK).encode(octets));
    }

    private static byte[] withoutEight(byte[] octets) {
        byte[] left = new byte[octets.length];
        int length = 0;
        for (byte octet : octets) {
            if (octet >= 0) {
                left[length++] = octet;
            }
        }
        return Arrays.copyOf(left, length);
    }

    private static boolean isLabelled(Optional<MimeScanner.Leaf> leaf, MimeScanner.Entity entity) {
        boolean named = entity.encodingTo() > entity.encodingFrom();
        return named
                && leaf.flatMap(it -> TransferEncoding.of(it.encoding()))
                        .map(it -> it == TransferEncoding.IDENTITY)
                        .orElse(leaf.isEmpty());
    }

    private static byte[] field(String encoding) {
        return ascii("Content-Transfer-Encoding: " + encoding + "\r\n");
    }

    /** For text that never said what it is (RFC 1428 3). */
    private static byte[] typed(byte[] text, HeaderBlock header) {
        String charset;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            charset = "utf-8";
        } catch (CharacterCodingException _) { // another charset, and it is not known which
            charset = "unknown-8bit";
        }
        String version = header.has("mime-version") ? "" : "MIME-Version: 1.0\r\n";
        return ascii(version + "Content-Type: text/plain; charset=" + charset + "\r\n");
    }

    private static String inWords(WhyNotTracked trouble) {
        return trouble == WhyNotTracked.TOO_LARGE
                ? "it has too many parts"
                : "its structure leaves a doubt";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
