package facteur.mta.prepare;

import facteur.mail.message.Content;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Turns a message with 8-bit parts into one of 7 bits, for a host without 8BITMIME (RFC 6152 3):
 * text becomes quoted-printable or base 64, whichever is shorter, anything else base 64; what
 * encloses it says 7bit; header fields get encoded words where they may have them (RFC 2047 5). All
 * other octets stay. It is done to the original, before a copy is rendered and signed.
 */
public final class SevenBit {
    private static final int MAX_DEPTH = 8;
    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final byte[] BREAK = {'\r', '\n'};

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

    /** Whether everything from some octet on is ASCII. */
    static boolean isAscii(Content content, long from) throws IOException {
        byte[] block = new byte[Math.clamp(content.size() - from, 1, 16 << 10)];
        try (InputStream in = content.open(from, content.size() - from)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                if (!isAscii(block, read)) {
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

    /** Whether that many octets are ASCII. */
    public static boolean isAscii(byte[] octets, int length) {
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            if (((long) EIGHT.get(octets, at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < length; at++) {
            if (octets[at] < 0) {
                return false;
            }
        }
        return true;
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
        Splice splice = new Splice(content);
        long at = 0;
        boolean whole = true;
        for (MimeScanner.Entity entity : structure.entities()) {
            Optional<MimeScanner.Leaf> leaf =
                    entity.leaf() < 0
                            ? Optional.empty()
                            : Optional.of(structure.leaves().get(entity.leaf()));
            byte[] octets =
                    leaf.isPresent()
                            ? PartReader.read(content, leaf.get().from(), leaf.get().to())
                            : new byte[0];
            if (isAscii(octets, octets.length)) {
                // Whatever it was called, 7bit is now true, and only that may be said.
                if (isLabelled(leaf, entity)) {
                    splice.keep(at, entity.encodingFrom()).put(field("7bit"));
                    at = entity.encodingTo();
                }
            } else {
                Body body = body(leaf.orElseThrow(), octets, depth);
                splice.keep(at, entity.encodingFrom())
                        .put(whole && !entity.typed() ? typed(octets, header) : new byte[0])
                        .put(field(body.encoding()))
                        .keep(entity.encodingTo(), leaf.get().from())
                        .put(body.octets())
                        .put(whole && body.isBase64() ? BREAK : new byte[0]);
                at = leaf.get().to();
            }
            whole = false;
        }
        splice.keep(at, content.size());
        if (!isAscii(splice.content(), 0)) {
            throw new ImpossibleException("there are octets beyond ASCII between its parts");
        }
        return splice.content();
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
        MimeScanner.Structure structure = MimeScanner.scan(content, header);
        if (structure.trouble().isPresent()) {
            throw new ImpossibleException(inWords(structure.trouble().get()));
        }
        return structure;
    }

    /** With fields in ASCII, in the message's own header and in those of its parts. */
    private static Content headed(Content content, MimeScanner.Structure structure)
            throws IOException, ImpossibleException {
        Splice splice = new Splice(content);
        long at = 0;
        for (MimeScanner.Entity entity : structure.entities()) {
            if (entity.asciiHeader()) {
                continue;
            }
            long from = entity.from();
            HeaderBlock header = HeaderBlock.of(PartReader.read(content, from, entity.fieldsEnd()));
            for (HeaderBlock.Field field : header.fields()) {
                byte[] octets = header.octets(field.from(), field.to());
                if (!isAscii(octets, octets.length)) {
                    Optional<byte[]> ascii = AsciiField.of(header, field);
                    if (ascii.isEmpty()) {
                        throw new ImpossibleException(
                                "its field "
                                        + field.name()
                                        + " has octets beyond ASCII where no encoded word may"
                                        + " stand (RFC 2047 5)");
                    }
                    splice.keep(at, from + field.from()).put(ascii.get());
                    at = from + field.to();
                }
            }
        }
        return splice.keep(at, content.size()).content();
    }

    /** A body as it leaves, and the name of its encoding. */
    private record Body(String encoding, byte[] octets) {
        boolean isBase64() {
            return encoding.equals("base64");
        }
    }

    private static Body body(MimeScanner.Leaf leaf, byte[] octets, int depth)
            throws IOException, ImpossibleException {
        boolean plain =
                TransferEncoding.of(leaf.encoding())
                        .filter(it -> it == TransferEncoding.IDENTITY)
                        .isPresent();
        if (!plain) {
            throw new ImpossibleException(
                    "a part in " + leaf.encoding() + " has octets beyond ASCII");
        }
        if (leaf.type().is("message/rfc822")) {
            // RFC 2046 5.2.1: encoded from inside or not at all.
            Content inner = converted(Content.of(octets), depth + 1);
            try (InputStream in = inner.open()) {
                return new Body("7bit", in.readAllBytes());
            }
        }
        if (leaf.type().name().startsWith("message/")) {
            throw new ImpossibleException("a part of type " + leaf.type().name() + " is 8-bit");
        }
        if (leaf.type().name().startsWith("text/")) {
            byte[] quoted = TransferEncoding.quotedPrintable(octets, octets.length);
            if (quoted.length < octets.length / 3L * 4) {
                return new Body("quoted-printable", quoted);
            }
        }
        return new Body(
                "base64", Base64.getMimeEncoder(TransferEncoding.LINE, BREAK).encode(octets));
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
        } catch (CharacterCodingException _) { // some other one, and nobody can tell which
            charset = "unknown-8bit";
        }
        String version = header.has("mime-version") ? "" : "MIME-Version: 1.0\r\n";
        return ascii(version + "Content-Type: text/plain; charset=" + charset + "\r\n");
    }

    private static String inWords(NotTracked trouble) {
        return switch (trouble) {
            case SIGNED -> "it is signed";
            case ENCRYPTED -> "it is encrypted";
            case REPORT -> "it is a report";
            case TOO_LARGE -> "it has too many parts";
            case OFF,
                    NO_HTML,
                    NOTHING_TO_TRACK,
                    FOREIGN_SIGNATURE,
                    MALFORMED,
                    ODD_HTML,
                    TOO_MANY_LINKS,
                    CHARSET,
                    ENCODING ->
                    "its structure leaves a doubt";
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
