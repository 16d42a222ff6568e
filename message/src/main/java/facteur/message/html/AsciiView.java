package facteur.message.html;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Optional;

/**
 * A text in some charset seen so that its markup is ASCII: one octet for each code unit, which is
 * the character itself when that is ASCII, and above 127 otherwise. UTF-16 is narrowed, the
 * two-octet passages of ISO-2022-JP are hidden, and everything else is its own view. So one scanner
 * reads them all, and a place in the view is a place in the text.
 */
public final class AsciiView {
    private static final String PRINTABLE = printable();
    private static final byte HIDDEN = (byte) 0x80;
    private static final byte ESCAPE = 0x1b;

    private final byte[] octets;
    private final byte[] view;
    private final int unit;
    private final boolean bigEndian;
    private final Optional<Charset> charset;
    private final boolean endsInAscii;

    private AsciiView(
            byte[] octets,
            byte[] view,
            int unit,
            boolean bigEndian,
            Optional<Charset> charset,
            boolean endsInAscii) {
        this.octets = octets;
        this.view = view;
        this.unit = unit;
        this.bigEndian = bigEndian;
        this.charset = charset;
        this.endsInAscii = endsInAscii;
    }

    /**
     * The view, empty when the charset is not one whose markup we can be sure of. Without a name
     * the text is taken for ASCII with octets of unknown meaning in between.
     */
    public static Optional<AsciiView> of(byte[] octets, Optional<String> name) {
        String key = name.orElse("").toLowerCase(Locale.ROOT);
        if (key.isEmpty()) {
            return Optional.of(new AsciiView(octets, octets, 1, true, Optional.empty(), true));
        }
        if (key.startsWith("utf-16")) {
            return utf16(octets, key);
        }
        if (key.equals("iso-2022-jp")) {
            return charset(key).map(charset -> japanese(octets, charset));
        }
        return charset(key)
                .filter(AsciiView::keepsAscii)
                .map(charset -> new AsciiView(octets, octets, 1, true, Optional.of(charset), true));
    }

    /** What the scanner reads. */
    public byte[] ascii() {
        return view;
    }

    /** Octets a code unit of ASCII takes. */
    public int unit() {
        return unit;
    }

    /** Whether ASCII may be appended at the end. */
    boolean endsInAscii() {
        return endsInAscii;
    }

    /** The characters between two places of the view, empty when they cannot be made out. */
    Optional<String> text(int from, int to) {
        boolean plain = true;
        for (int i = from; i < to && plain; i++) {
            plain = view[i] >= 0;
        }
        if (plain) {
            return Optional.of(new String(view, from, to - from, StandardCharsets.US_ASCII));
        }
        ByteBuffer span = ByteBuffer.wrap(octets, from * unit, (to - from) * unit);
        try {
            return Optional.of(
                    charset.orElse(StandardCharsets.UTF_8).newDecoder().decode(span).toString());
        } catch (CharacterCodingException _) { // then the link stays as it is
            return Optional.empty();
        }
    }

    /** Places of the view that a text takes; only {@link #text} tells whether it stands there. */
    int length(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(charset.orElse(StandardCharsets.UTF_8)).length / unit;
            }
        }
        return text.length();
    }

    /** ASCII text as octets of this charset. */
    public byte[] encode(String ascii) {
        return encode(ascii, unit, bigEndian);
    }

    public static byte[] encode(String ascii, int unit, boolean bigEndian) {
        byte[] narrow = ascii.getBytes(StandardCharsets.US_ASCII);
        if (unit == 1) {
            return narrow;
        }
        byte[] wide = new byte[narrow.length * 2];
        for (int i = 0; i < narrow.length; i++) {
            wide[2 * i + (bigEndian ? 1 : 0)] = narrow[i];
        }
        return wide;
    }

    public boolean isBigEndian() {
        return bigEndian;
    }

    private static Optional<AsciiView> utf16(byte[] octets, String name) {
        boolean big =
                switch (name) {
                    case "utf-16be" -> true;
                    case "utf-16le" -> false;
                    default -> !(octets.length >= 2 && octets[0] == -1 && octets[1] == -2);
                };
        if (octets.length % 2 != 0) {
            return Optional.empty();
        }
        byte[] view = new byte[octets.length / 2];
        for (int i = 0; i < view.length; i++) {
            byte high = octets[2 * i + (big ? 0 : 1)];
            byte low = octets[2 * i + (big ? 1 : 0)];
            view[i] = high == 0 && low > 0 ? low : HIDDEN;
        }
        Charset charset = big ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
        return Optional.of(new AsciiView(octets, view, 2, big, Optional.of(charset), true));
    }

    /** RFC 1468: ESC ( B and ESC ( J begin single octets, any other escape begins pairs. */
    private static AsciiView japanese(byte[] octets, Charset charset) {
        byte[] view = new byte[octets.length];
        boolean single = true;
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == ESCAPE && i + 2 < octets.length) {
                single = octets[i + 1] == '(' && (octets[i + 2] == 'B' || octets[i + 2] == 'J');
                view[i] = HIDDEN;
                view[i + 1] = HIDDEN;
                view[i + 2] = HIDDEN;
                i += 2;
            } else {
                view[i] = single ? octets[i] : HIDDEN;
            }
        }
        return new AsciiView(octets, view, 1, true, Optional.of(charset), single);
    }

    private static Optional<Charset> charset(String name) {
        try {
            return Optional.of(Charset.forName(name));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) { // not understood
            return Optional.empty();
        }
    }

    /** Rules out EBCDIC, UTF-7, UTF-32, HZ and all others that write ASCII in another way. */
    private static boolean keepsAscii(Charset charset) {
        String name = charset.name().toLowerCase(Locale.ROOT);
        return charset.canEncode()
                && !name.contains("2022")
                && !name.contains("utf-7")
                && !name.contains("jisautodetect")
                && PRINTABLE.equals(
                        new String(PRINTABLE.getBytes(charset), StandardCharsets.US_ASCII))
                && PRINTABLE.getBytes(charset).length == PRINTABLE.length();
    }

    private static String printable() {
        StringBuilder text = new StringBuilder("\t\r\n");
        for (char c = ' '; c < 0x7f; c++) {
            text.append(c);
        }
        return text.toString();
    }
}
