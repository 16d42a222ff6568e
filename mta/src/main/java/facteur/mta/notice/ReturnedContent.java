package facteur.mta.notice;

import facteur.mail.message.Content;
import facteur.mail.text.Ascii;
import facteur.message.mime.SevenBit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What of the original goes back with a notice, as a part of it (RFC 6522 3).
 *
 * @param type media type with its parameters
 * @param encoding transfer encoding
 * @param octets encoded, with a line break at their end
 * @param note why it is less than was asked for, or not octet for octet what was sent; for people
 */
record ReturnedContent(String type, String encoding, byte[] octets, Optional<String> note) {
    /** Octets of an original that goes back whole, and of a header. */
    static final int WHOLE_UP_TO = 64 << 10;

    private static final int MAX_LINE = 998; // RFC 5322 2.1.1
    private static final String SEVEN = "7bit";

    /**
     * Octets as they are where the notice may have more than ASCII (RFC 6533). Otherwise a whole
     * message becomes 7-bit from inside, since its part may not be encoded (RFC 2046 5.2.1), or its
     * header alone goes back; a header may be quoted-printable (RFC 6522 4).
     *
     * @param whole whether all of it is wanted
     * @param global whether the notice may have more than ASCII
     */
    static ReturnedContent of(Content original, boolean whole, boolean global) throws IOException {
        if (!whole) {
            return header(header(original), global, Optional.empty());
        }
        if (original.size() > WHOLE_UP_TO) {
            return header(
                    header(original),
                    global,
                    Optional.of(
                            "Only its header is returned: it has more than "
                                    + WHOLE_UP_TO
                                    + " octets."));
        }
        if (global) {
            return whole(all(original), header(original));
        }
        return switch (SevenBit.of(original)) {
            case SevenBit.Conversion.Converted(Content converted) -> {
                byte[] octets = all(converted);
                boolean same = Arrays.equals(octets, all(original));
                yield new ReturnedContent(
                        "message/rfc822",
                        SEVEN,
                        octets,
                        same
                                ? Optional.empty()
                                : Optional.of(
                                        "It is returned in 7 bits, and is otherwise the same:"
                                                + " signatures in it may not hold any more."));
            }
            case SevenBit.Conversion.Impossible(String why) ->
                    header(
                            header(original),
                            false,
                            Optional.of(
                                    "Only its header is returned: it has more than 7 bits, and "
                                            + why
                                            + "."));
        };
    }

    private static ReturnedContent whole(byte[] octets, byte[] header) {
        boolean plain = Ascii.is(header, header.length);
        return new ReturnedContent(
                plain || !isUtf8(header) ? "message/rfc822" : "message/global",
                Ascii.is(octets, octets.length) ? SEVEN : "8bit",
                octets,
                Optional.empty());
    }

    private static ReturnedContent header(byte[] octets, boolean global, Optional<String> note) {
        String type = "text/rfc822-headers";
        if (Ascii.is(octets, octets.length)) {
            return longestLine(octets) <= MAX_LINE
                    ? new ReturnedContent(type, SEVEN, octets, note)
                    : quoted(type, octets, note);
        }
        if (!isUtf8(octets)) {
            return quoted(type + "; charset=unknown-8bit", octets, note);
        }
        return global
                ? new ReturnedContent("message/global-headers", "8bit", octets, note)
                : quoted(type + "; charset=utf-8", octets, note);
    }

    private static ReturnedContent quoted(String type, byte[] octets, Optional<String> note) {
        return new ReturnedContent(
                type, "quoted-printable", SevenBit.quotedPrintable(octets), note);
    }

    static int longestLine(byte[] octets) {
        int longest = 0;
        int from = 0;
        for (int at = 0; at <= octets.length; at++) {
            if (at == octets.length || octets[at] == '\n') {
                longest = Math.max(longest, at - from);
                from = at + 1;
            }
        }
        return longest;
    }

    private static boolean isUtf8(byte[] octets) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            return true;
        } catch (CharacterCodingException _) {
            return false; // another charset, and it is not known which
        }
    }

    private static byte[] all(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return ended(in.readAllBytes());
        }
    }

    /** The header with its empty line, or as much of it as a notice may hold. */
    private static byte[] header(Content content) throws IOException {
        try (InputStream in = content.open(0, Math.min(content.size(), WHOLE_UP_TO))) {
            byte[] start = in.readAllBytes();
            for (int i = 3; i < start.length; i++) {
                boolean empty =
                        start[i] == '\n'
                                && start[i - 1] == '\r'
                                && start[i - 2] == '\n'
                                && start[i - 3] == '\r';
                if (empty) {
                    return Arrays.copyOf(start, i + 1);
                }
            }
            return ended(start);
        }
    }

    private static byte[] ended(byte[] octets) {
        int length = octets.length;
        if (length >= 2 && octets[length - 2] == '\r' && octets[length - 1] == '\n') {
            return octets;
        }
        byte[] ended = Arrays.copyOf(octets, length + 2);
        ended[length] = '\r';
        ended[length + 1] = '\n';
        return ended;
    }
}
