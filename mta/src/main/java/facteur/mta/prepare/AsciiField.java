package facteur.mta.prepare;

import facteur.mail.text.Ascii;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Header fields with octets beyond ASCII in ASCII, where they have such a form: as encoded words in
 * unstructured text, in the names before addresses and in comments (RFC 2047 5), and as extended
 * parameters (RFC 2231). Their text is read as UTF-8 when it is, else as Latin-1, and reads the
 * same afterwards.
 */
final class AsciiField {
    /** In these nothing but a comment may be an encoded word. Any other field is text. */
    private static final Set<String> STRUCTURED =
            Set.of(
                    "arc-authentication-results",
                    "arc-message-signature",
                    "arc-seal",
                    "authentication-results",
                    "auto-submitted",
                    "content-id",
                    "content-language",
                    "content-location",
                    "content-md5",
                    "content-transfer-encoding",
                    "date",
                    "delivered-to",
                    "dkim-signature",
                    "domainkey-signature",
                    "errors-to",
                    "feedback-id",
                    "importance",
                    "in-reply-to",
                    "list-archive",
                    "list-help",
                    "list-owner",
                    "list-post",
                    "list-subscribe",
                    "list-unsubscribe",
                    "list-unsubscribe-post",
                    "message-id",
                    "mime-version",
                    "original-message-id",
                    "original-recipient",
                    "precedence",
                    "priority",
                    "received",
                    "received-spf",
                    "references",
                    "resent-date",
                    "resent-message-id",
                    "return-path");

    private static final Set<String> ADDRESSES =
            Set.of(
                    "from",
                    "sender",
                    "reply-to",
                    "to",
                    "cc",
                    "bcc",
                    "disposition-notification-to",
                    "list-id",
                    "mail-followup-to",
                    "mail-reply-to",
                    "resent-from",
                    "resent-sender",
                    "resent-reply-to",
                    "resent-to",
                    "resent-cc",
                    "resent-bcc",
                    "return-receipt-to");

    private static final int LINE = 76; // RFC 2047 2

    private AsciiField() {}

    /** The field in ASCII, line break included; empty when it has no such form. */
    static Optional<byte[]> of(HeaderBlock header, HeaderBlock.Field field) {
        byte[] octets = header.octets(field.from(), field.to());
        int colon = field.valueFrom() - field.from();
        String name = new String(octets, 0, colon, StandardCharsets.US_ASCII);
        String value = FieldText.of(octets, colon, octets.length);
        return ascii(field.name(), value)
                .map(it -> (name + folded(name, it)).getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<String> ascii(String name, String value) {
        return switch (name) {
            case "content-type", "content-disposition" -> ParameterField.ascii(value);
            case "keywords" -> Optional.of(MailboxField.phrases(value));
            case String any when ADDRESSES.contains(any) -> MailboxField.ascii(value);
            case String any when STRUCTURED.contains(any) -> MailboxField.comments(value);
            case String _ -> Optional.of(unstructured(value));
        };
    }

    /** Behind a long name the first encoded word stands on a line of its own. */
    private static String folded(String name, String value) {
        int end = value.indexOf("\r\n");
        String first = end < 0 ? value : value.substring(0, end);
        boolean tooLong = first.contains("=?") && name.length() + first.length() > LINE;
        return tooLong && !first.isBlank() ? "\r\n " + value.stripLeading() : value;
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
                text.append(
                        FieldText.unfolded(pieces.get(at - 1))); // between two it would not be seen
            }
            for (int i = at; i <= last; i++) {
                text.append(FieldText.unfolded(pieces.get(i)));
            }
            if (last + 2 < pieces.size() && isEncoded(pieces.get(last + 2))) {
                text.append(FieldText.unfolded(pieces.get(last + 1)));
            }
            fold(out);
            out.append(EncodedWords.encode(text.toString()));
            at = last + 1;
            if (at + 1 < pieces.size()) {
                out.append(folded(pieces.get(at)));
                at++;
            }
        }
        return out.toString();
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

    private static boolean isEncoded(String word) {
        return word.startsWith("=?") && word.endsWith("?=");
    }

    /** What only looks like the start of an encoded word would confuse readers of those. */
    private static boolean isBeyond(String word) {
        return !Ascii.is(word) || (word.contains("=?") && !isEncoded(word));
    }
}
