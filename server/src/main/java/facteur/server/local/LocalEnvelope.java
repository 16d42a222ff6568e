package facteur.server.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands before the content in a file of the spool: a line each of a word, a colon and a
 * value, ended by an empty line.
 *
 * @param from empty for the null path
 * @param to addresses, as they were given
 * @param notifyOn never, or some of success, failure and delay (RFC 3461 4.1); empty: not said
 * @param headersOnly whether a notice returns no more than the header (RFC 3461 4.3)
 * @param envelopeId empty: none
 */
public record LocalEnvelope(
        String from,
        List<String> to,
        List<String> notifyOn,
        boolean headersOnly,
        String envelopeId) {
    private static final String FIRST = "facteur-spool: 1";

    /** Octets of the lines together; a thousand addresses need a quarter of it. */
    static final int MOST = 1 << 20;

    public LocalEnvelope {
        to = List.copyOf(to);
        notifyOn = List.copyOf(notifyOn);
    }

    public static LocalEnvelope of(String from, List<String> to) {
        return new LocalEnvelope(from, to, List.of(), false, "");
    }

    /**
     * @throws IllegalArgumentException when an address would end its line
     */
    public byte[] octets() {
        StringBuilder text = new StringBuilder(FIRST).append('\n');
        line(text, "from", from);
        to.forEach(address -> line(text, "to", address));
        notifyOn.forEach(condition -> line(text, "notify", condition));
        if (headersOnly) {
            line(text, "return", "hdrs");
        }
        if (!envelopeId.isEmpty()) {
            line(text, "envelope-id", envelopeId);
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("a control character in an address");
        }
        text.append(name).append(": ").append(value).append('\n');
    }

    /**
     * Reads the lines; the content follows in the stream.
     *
     * @throws IOException when it is none, in words
     */
    static LocalEnvelope read(InputStream in) throws IOException {
        Map<String, List<String>> values = new TreeMap<>();
        int[] left = {MOST};
        if (!line(in, left).equals(FIRST)) {
            throw new IOException("no envelope stands before the message");
        }
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            int colon = line.indexOf(": ");
            if (colon < 0) {
                throw new IOException("a line of the envelope has no colon");
            }
            values.computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
                    .add(line.substring(colon + 2));
        }
        return new LocalEnvelope(
                first(values, "from"),
                values.getOrDefault("to", List.of()),
                values.getOrDefault("notify", List.of()).stream()
                        .map(each -> each.toLowerCase(Locale.ROOT))
                        .toList(),
                first(values, "return").equals("hdrs"),
                first(values, "envelope-id"));
    }

    private static String first(Map<String, List<String>> values, String name) {
        return values.getOrDefault(name, List.of("")).getFirst();
    }

    private static String line(InputStream in, int[] left) throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || --left[0] < 0) {
                throw new IOException("the envelope does not end");
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
