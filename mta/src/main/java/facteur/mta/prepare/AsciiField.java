package facteur.mta.prepare;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Header fields with octets beyond ASCII as encoded words, where those may stand (RFC 2047 5): in
 * unstructured text, and in the names before addresses. Their text is read as UTF-8 when it is,
 * else as Latin-1, and reads the same afterwards.
 */
final class AsciiField {
    private static final Set<String> UNSTRUCTURED =
            Set.of(
                    "subject",
                    "comments",
                    "content-description",
                    "organization",
                    "organisation",
                    "user-agent",
                    "thread-topic");
    private static final Set<String> ADDRESSES =
            Set.of(
                    "from",
                    "sender",
                    "reply-to",
                    "to",
                    "cc",
                    "bcc",
                    "resent-from",
                    "resent-sender",
                    "resent-to",
                    "resent-cc",
                    "resent-bcc");

    /** Octets of a word: behind the longest name its line still stays below 76 (RFC 2047 2). */
    private static final int WORD = 30;

    private AsciiField() {}

    /** The field in ASCII, line break included; empty when no encoded word may stand there. */
    static Optional<byte[]> of(HeaderBlock header, HeaderBlock.Field field) {
        byte[] octets = header.octets(field.from(), field.to());
        int colon = field.valueFrom() - field.from();
        String name = new String(octets, 0, colon, StandardCharsets.US_ASCII);
        String value = HeaderBlock.string(octets, colon, octets.length);
        Optional<String> encoded;
        if (UNSTRUCTURED.contains(field.name()) || field.name().startsWith("x-")) {
            encoded = Optional.of(unstructured(value));
        } else if (ADDRESSES.contains(field.name())) {
            encoded = addresses(value);
        } else {
            encoded = Optional.empty();
        }
        return encoded.map(it -> (name + it).getBytes(StandardCharsets.US_ASCII));
    }

    /** Words with more than ASCII become encoded words, with the blanks between them. */
    private static String unstructured(String value) {
        List<String> pieces = pieces(value); // blanks, word, blanks, word, ..., blanks
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < pieces.size()) {
            String piece = pieces.get(at);
            if (at % 2 == 0 || !isBeyond(piece)) {
                out.append(piece);
                at++;
                continue;
            }
            int last = at;
            while (last + 2 < pieces.size() && isBeyond(pieces.get(last + 2))) {
                last += 2;
            }
            StringBuilder text = new StringBuilder();
            if (at >= 2 && isEncoded(pieces.get(at - 2))) {
                text.append(unfolded(pieces.get(at - 1))); // between two it would not be seen
            }
            for (int i = at; i <= last; i++) {
                text.append(unfolded(pieces.get(i)));
            }
            if (last + 2 < pieces.size() && isEncoded(pieces.get(last + 2))) {
                text.append(unfolded(pieces.get(last + 1)));
            }
            fold(out);
            out.append(words(text.toString()));
            at = last + 1;
            if (at + 1 < pieces.size()) {
                out.append(folded(pieces.get(at)));
                at++;
            }
        }
        return out.toString();
    }

    /** The names before addresses; a comment or an address with more than ASCII cannot be. */
    private static Optional<String> addresses(String value) {
        String body = value.stripTrailing();
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (from <= body.length()) {
            int to = end(body, from);
            String mailbox = body.substring(from, to);
            if (isAscii(mailbox)) {
                out.append(mailbox);
            } else {
                Optional<String> encoded = mailbox(mailbox);
                if (encoded.isEmpty()) {
                    return Optional.empty();
                }
                out.append(from == 0 ? " " : "\r\n ").append(encoded.get());
            }
            if (to < body.length()) {
                out.append(body.charAt(to));
            }
            from = to + 1;
        }
        return Optional.of(out + value.substring(body.length()));
    }

    /** Where a mailbox ends: at a comma outside of quotes, or at the end. */
    private static int end(String body, int from) {
        boolean quoted = false;
        for (int at = from; at < body.length(); at++) {
            switch (body.charAt(at)) {
                case '"' -> quoted = !quoted;
                case '\\' -> at++;
                case ',' -> {
                    if (!quoted) {
                        return at;
                    }
                }
                default -> {}
            }
        }
        return body.length();
    }

    private static Optional<String> mailbox(String mailbox) {
        int angle = mailbox.lastIndexOf('<');
        if (angle <= 0 || !isAscii(mailbox.substring(angle))) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        String raw = unfolded(mailbox.substring(0, angle)).strip();
        for (int at = 0; at < raw.length(); at++) {
            char c = raw.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\' && at + 1 < raw.length()) {
                name.append(raw.charAt(++at));
            } else if (!quoted && "()<>@,;:\\[]".indexOf(c) >= 0) {
                return Optional.empty(); // a comment, a group, or nothing that can be read
            } else {
                name.append(c);
            }
        }
        return quoted
                ? Optional.empty()
                : Optional.of(
                        words(EncodedWords.decode(name.toString()))
                                + "\r\n "
                                + mailbox.substring(angle));
    }

    /** Encoded words of whole characters, each on a line of its own. */
    private static String words(String text) {
        StringBuilder out = new StringBuilder();
        StringBuilder word = new StringBuilder();
        int octets = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            int width = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (octets + width > WORD) {
                out.append(word(word.toString())).append("\r\n ");
                word.setLength(0);
                octets = 0;
            }
            word.appendCodePoint(c);
            octets += width;
            at += Character.charCount(c);
        }
        return out.append(word(word.toString())).toString();
    }

    private static String word(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
    }

    /** Blanks and words by turns; blanks, maybe none, come first. */
    private static List<String> pieces(String value) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        boolean blanks = true;
        for (int at = 0; at <= value.length(); at++) {
            if (at == value.length() || isBlank(value.charAt(at)) != blanks) {
                pieces.add(value.substring(from, at));
                from = at;
                blanks = !blanks;
            }
        }
        return pieces;
    }

    /** Breaks the line where the blanks written last begin, unless it is the first one. */
    private static void fold(StringBuilder out) {
        int from = out.length();
        while (from > 0 && isBlank(out.charAt(from - 1))) {
            from--;
        }
        if (from > 0 && out.indexOf("\n", from) < 0 && from < out.length()) {
            out.insert(from, "\r\n");
        }
    }

    private static String folded(String blanks) {
        return blanks.indexOf('\n') >= 0 || blanks.isEmpty() ? blanks : "\r\n" + blanks;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static String unfolded(String text) {
        return text.replace("\r", "").replace("\n", "");
    }

    private static boolean isEncoded(String word) {
        return word.startsWith("=?") && word.endsWith("?=");
    }

    /** What only looks like the start of an encoded word would confuse readers of those. */
    private static boolean isBeyond(String word) {
        return !isAscii(word) || (word.contains("=?") && !isEncoded(word));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
