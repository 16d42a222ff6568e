package facteur.mta.prepare;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Optional;

/**
 * Encoded words of header fields (RFC 2047), read leniently and in linear time. Octets of adjacent
 * words of one charset are joined before they are decoded, since senders cut within characters.
 * What cannot be decoded stays as it is.
 */
final class EncodedWords {
    private static final String HEX = "0123456789ABCDEF";

    /** Octets of a word: 52 characters, so that most stand on the line of their name. */
    private static final int WORD = 30;

    private EncodedWords() {}

    /** Encoded words of whole characters, each on a line of its own. */
    static String encode(String text) {
        StringBuilder out = new StringBuilder();
        StringBuilder word = new StringBuilder();
        int octets = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            int width = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (octets + width > WORD) {
                out.append(encoded(word.toString())).append("\r\n ");
                word.setLength(0);
                octets = 0;
            }
            word.appendCodePoint(c);
            octets += width;
            at += Character.charCount(c);
        }
        return out.append(encoded(word.toString())).toString();
    }

    private static String encoded(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
    }

    /** One word; its octets never leave this class. */
    private static final class Word {
        final String charset;
        final byte[] octets;
        final int end;

        Word(String charset, byte[] octets, int end) {
            this.charset = charset;
            this.octets = octets;
            this.end = end;
        }
    }

    static String decode(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int start = text.indexOf("=?", at);
            if (start < 0) {
                break;
            }
            Optional<Word> word = word(text, start);
            out.append(text, at, word.isPresent() ? start : start + 2);
            at = word.isPresent() ? run(text, word.get(), out) : start + 2;
        }
        return out.append(text, Math.min(at, text.length()), text.length()).toString();
    }

    /** Appends a word and those which follow it behind blanks alone; returns where they end. */
    private static int run(String text, Word first, StringBuilder out) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        Word word = first;
        while (true) {
            joined.writeBytes(word.octets);
            int next = word.end;
            while (next < text.length() && text.charAt(next) == ' ') {
                next++;
            }
            Optional<Word> following = word(text, next);
            boolean joins =
                    following.isPresent() && following.get().charset.equalsIgnoreCase(word.charset);
            if (!joins) {
                out.append(string(joined.toByteArray(), word.charset));
                return following.isPresent() ? next : word.end;
            }
            word = following.get();
        }
    }

    private static Optional<Word> word(String text, int start) {
        if (!text.startsWith("=?", start)) {
            return Optional.empty();
        }
        int charsetEnd = mark(text, start + 2);
        int kindEnd = charsetEnd < 0 ? -1 : mark(text, charsetEnd + 1);
        int end = kindEnd != charsetEnd + 2 ? -1 : mark(text, kindEnd + 1);
        if (end < 0 || end + 1 >= text.length() || text.charAt(end + 1) != '=') {
            return Optional.empty();
        }
        String charset = text.substring(start + 2, charsetEnd);
        int language = charset.indexOf('*'); // RFC 2231 5
        String name = language < 0 ? charset : charset.substring(0, language);
        String body = text.substring(kindEnd + 1, end);
        return octets(text.charAt(charsetEnd + 1), body)
                .map(octets -> new Word(name, octets, end + 2));
    }

    /** The next question mark; words are at most 75 characters, we go on to some 1000. */
    private static int mark(String text, int from) {
        int limit = Math.min(text.length(), from + 1000);
        for (int i = from; i < limit; i++) {
            if (text.charAt(i) == '?') {
                return i;
            }
        }
        return -1;
    }

    private static Optional<byte[]> octets(char kind, String body) {
        return switch (kind) {
            case 'B', 'b' -> base64(body);
            case 'Q', 'q' -> Optional.of(quoted(body));
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> base64(String body) {
        try {
            return Optional.of(
                    Base64.getMimeDecoder().decode(body.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException _) { // shown undecoded
            return Optional.empty();
        }
    }

    private static byte[] quoted(String body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length());
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            int high = c == '=' ? hex(body, i + 1) : -1;
            int low = high < 0 ? -1 : hex(body, i + 2);
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(c == '_' ? ' ' : c);
            }
        }
        return out.toByteArray();
    }

    private static int hex(String body, int at) {
        return at < body.length() ? HEX.indexOf(Character.toUpperCase(body.charAt(at))) : -1;
    }

    private static String string(byte[] octets, String charset) {
        try {
            return new String(octets, Charset.forName(charset));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
            return FieldText.of(octets, 0, octets.length);
        }
    }
}
