package facteur.message.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** How a part is written (RFC 2045 6), as far as it can be read and written again. */
public enum TransferEncoding {
    /** 7bit, 8bit and binary: the octets themselves. */
    IDENTITY,
    QUOTED_PRINTABLE,
    BASE64;

    static final int LINE = 76;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /** The encoding of that name, empty when it is none of these. */
    public static Optional<TransferEncoding> of(String name) {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "", "7bit", "8bit", "binary" -> Optional.of(IDENTITY);
            case "quoted-printable" -> Optional.of(QUOTED_PRINTABLE);
            case "base64" -> Optional.of(BASE64);
            default -> Optional.empty();
        };
    }

    /**
     * Octets of a part, and where each is written. Most stand one behind the other as they do in
     * the part; only where that ends is a place kept.
     */
    public static final class Decoded {
        public final byte[] octets;
        private final int[] starts; // in the octets, ascending
        private final int[] places; // of those in the part

        private Decoded(byte[] octets, int[] starts, int[] places) {
            this.octets = octets;
            this.starts = starts;
            this.places = places;
        }

        /** Where an octet is written; for the place behind the last one, the end of the part. */
        public int place(int octet) {
            int found = Arrays.binarySearch(starts, octet);
            int run = found >= 0 ? found : -found - 2;
            return places[run] + octet - starts[run];
        }
    }

    /** Collects a {@link Decoded}, run by run. */
    private static final class Decoding {
        private final byte[] octets;
        private int length;
        private int[] starts = new int[64];
        private int[] places = new int[64];
        private int runs;

        Decoding(int most) {
            octets = new byte[most];
        }

        /** What follows is written at a place of its own. */
        private void begin(int place) {
            if (runs > 0 && starts[runs - 1] == length) {
                runs--; // nothing came of the run before
            }
            if (runs == starts.length) {
                starts = Arrays.copyOf(starts, runs * 2);
                places = Arrays.copyOf(places, runs * 2);
            }
            starts[runs] = length;
            places[runs++] = place;
        }

        void run(byte[] raw, int from, int to) {
            begin(from);
            System.arraycopy(raw, from, octets, length, to - from);
            length += to - from;
        }

        void octet(int value, int place) {
            begin(place);
            octets[length++] = (byte) value;
        }

        Decoded end(int place) {
            begin(place);
            return new Decoded(
                    Arrays.copyOf(octets, length),
                    Arrays.copyOf(starts, runs),
                    Arrays.copyOf(places, runs));
        }
    }

    /** Strict: an equals sign is followed by two hex digits, or by blanks and a line break. */
    public static Optional<Decoded> quotedPrintable(byte[] raw) {
        Decoding decoding = new Decoding(raw.length);
        int at = 0;
        while (at < raw.length) {
            int equals = at;
            while (equals < raw.length && raw[equals] != '=') {
                equals++;
            }
            if (equals > at) {
                decoding.run(raw, at, equals);
                at = equals;
                continue;
            }
            int softEnd = softBreak(raw, at);
            if (softEnd > at) {
                at = softEnd;
                continue;
            }
            int value = hex(raw, at);
            if (value == Integer.MIN_VALUE) {
                return Optional.empty();
            }
            decoding.octet(value, at);
            at += 3;
        }
        return Optional.of(decoding.end(raw.length));
    }

    /** Where the soft line break at {@code at} ends, or {@code at} when there is none. */
    private static int softBreak(byte[] raw, int at) {
        int end = at + 1;
        while (end < raw.length && (raw[end] == ' ' || raw[end] == '\t')) {
            end++;
        }
        if (end == raw.length) {
            return end;
        }
        if (raw[end] == '\r' && end + 1 < raw.length && raw[end + 1] == '\n') {
            return end + 2;
        }
        return raw[end] == '\n' ? end + 1 : at;
    }

    private static int hex(byte[] raw, int at) {
        int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
        int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
        return high < 0 || low < 0 ? Integer.MIN_VALUE : high << 4 | low;
    }

    /**
     * Text as quoted-printable (RFC 2045 6.7): its line breaks stay, so does what is printable, and
     * no line is longer than {@value #LINE}.
     */
    public static byte[] quotedPrintable(byte[] text, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + length / 4 + 16);
        int column = 0;
        for (int i = 0; i < length; i++) {
            byte octet = text[i];
            if (octet == '\r' && i + 1 < length && text[i + 1] == '\n') {
                out.write('\r');
                out.write('\n');
                i++;
                column = 0;
                continue;
            }
            boolean ends = i + 1 == length || text[i + 1] == '\r';
            boolean blank = octet == ' ' || octet == '\t';
            boolean plain = blank ? !ends : octet > ' ' && octet < 0x7f && octet != '=';
            int width = plain ? 1 : 3;
            if (column + width > LINE - 1) {
                softBreak(out);
                column = 0;
            }
            if (plain) {
                out.write(octet);
            } else {
                hex(out, octet);
            }
            column += width;
        }
        return out.toByteArray();
    }

    private static void hex(ByteArrayOutputStream out, byte octet) {
        out.write('=');
        out.write(HEX[(octet & 0xff) >>> 4]);
        out.write(HEX[octet & 15]);
    }

    /** {@code octets} as quoted-printable lines that begin and end with a soft break. */
    public static byte[] quotedPrintableIsland(byte[] octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length * 5 / 4 + 16);
        softBreak(out);
        int column = 0;
        for (byte octet : octets) {
            boolean literal = octet > ' ' && octet < 0x7f && octet != '=';
            boolean blank = octet == ' '; // never last on its line: a soft break follows
            int width = literal || blank ? 1 : 3;
            if (column + width > LINE - 1) {
                softBreak(out);
                column = 0;
            }
            if (width == 1) {
                out.write(octet);
            } else {
                hex(out, octet);
            }
            column += width;
        }
        softBreak(out);
        return out.toByteArray();
    }

    private static void softBreak(ByteArrayOutputStream out) {
        out.write('=');
        out.write('\r');
        out.write('\n');
    }

    /** Strict: the alphabet, padding at the end alone, white space anywhere (RFC 2045 6.8). */
    public static Optional<byte[]> base64(byte[] raw) {
        return decoded(raw, linesAlike(raw)).or(() -> decoded(raw, 0));
    }

    /** Octets at the start that are lines as long as the first, with CRLF behind each. */
    private static int linesAlike(byte[] raw) {
        int width = lineWidth(raw);
        int at = 0;
        while (at + width + 1 < raw.length
                && raw[at + width] == '\r'
                && raw[at + width + 1] == '\n') {
            at += width + 2;
        }
        return at;
    }

    private static int lineWidth(byte[] raw) {
        int width = 0;
        while (width < raw.length && raw[width] != '\r') {
            width++;
        }
        return width;
    }

    /**
     * @param alike so many octets are taken line by line; blanks within those lines are not seen
     */
    private static Optional<byte[]> decoded(byte[] raw, int alike) {
        byte[] dense = new byte[raw.length];
        int width = lineWidth(raw);
        int length = 0;
        int at = 0;
        for (; at < alike; at += width + 2) {
            System.arraycopy(raw, at, dense, length, width);
            length += width;
        }
        for (; at < raw.length; at++) {
            if (!isBlank(raw[at])) {
                dense[length++] = raw[at];
            }
        }
        try {
            return length % 4 == 0
                    ? Optional.of(Base64.getDecoder().decode(Arrays.copyOf(dense, length)))
                    : Optional.empty();
        } catch (IllegalArgumentException _) { // not base 64: the part is left alone
            return Optional.empty();
        }
    }

    private static boolean isBlank(byte octet) {
        return octet == '\r' || octet == '\n' || octet == ' ' || octet == '\t';
    }

    /** {@code octets} in base 64, with lines and ending as those of {@code raw}. */
    public static byte[] base64Like(byte[] raw, byte[] octets) {
        int line = 0;
        while (line < raw.length && raw[line] != '\r' && raw[line] != '\n') {
            line++;
        }
        // Whole groups only, and never beyond the 998 octets of a line.
        boolean shortOnly = line == raw.length && line <= LINE;
        int width = shortOnly ? LINE : Math.clamp(line - line % 4, 60, 996);
        byte[] text = Base64.getMimeEncoder(width, new byte[] {'\r', '\n'}).encode(octets);
        int tail = raw.length;
        while (tail > 0 && (raw[tail - 1] == '\r' || raw[tail - 1] == '\n')) {
            tail--;
        }
        byte[] all = Arrays.copyOf(text, text.length + raw.length - tail);
        System.arraycopy(raw, tail, all, text.length, raw.length - tail);
        return all;
    }
}
