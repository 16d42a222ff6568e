package facteur.message.mime;

import facteur.mail.text.Ascii;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The machine's part of a report in ASCII: delivery, disposition and feedback reports may not be
 * encoded (RFC 3464 2.1, RFC 8098 3.1, RFC 5965 3), so characters beyond ASCII are written {@code
 * \x{E9}}, and addresses with them have the type that says so (RFC 6533 3).
 */
final class ReportFields {
    private static final Set<String> TYPES =
            Set.of(
                    "message/delivery-status",
                    "message/disposition-notification",
                    "message/feedback-report");
    private static final String OLD = "rfc822;";
    private static final int MAX_LINE = 998; // RFC 5322 2.1.1

    private ReportFields() {}

    static boolean are(MediaType type) {
        return TYPES.contains(type.name());
    }

    static byte[] ascii(byte[] octets) {
        String text = FieldText.of(octets, 0, octets.length);
        return Arrays.stream(text.split("\r\n", -1))
                .map(line -> Ascii.is(line) ? line : line(line))
                .map(line -> line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE))
                .collect(Collectors.joining("\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(String line) {
        int type = line.toLowerCase(Locale.ROOT).indexOf(OLD);
        boolean addressed = type > 0 && line.substring(0, type).strip().endsWith(":");
        if (!addressed) {
            return escaped(line, "");
        }
        int from = type + OLD.length();
        return escaped(line.substring(0, type), "")
                + "utf-8; "
                + escaped(line.substring(from).strip(), "+=\\");
    }

    /**
     * @param signs of ASCII that would be read as an escape themselves
     */
    private static String escaped(String text, String signs) {
        StringBuilder out = new StringBuilder(text.length() * 2);
        text.codePoints()
                .forEach(
                        c -> {
                            boolean plain = c < 0x80 && signs.indexOf(c) < 0;
                            out.append(
                                    plain ? Character.toString(c) : String.format("\\x{%02X}", c));
                        });
        return out.toString();
    }
}
