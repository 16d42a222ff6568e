package facteur.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Just enough of RFC 5322 to find a header field in a message. */
final class Headers {
    private Headers() {}

    /** Everything before the empty line, with its line ends, without the empty line. */
    static String block(byte[] message) {
        return new String(message, 0, end(message), StandardCharsets.UTF_8);
    }

    /** The unfolded value of the first field of that name, in any case. */
    static Optional<String> first(byte[] message, String name) {
        StringBuilder value = null;
        for (String line : block(message).split("\r?\n", -1)) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (value != null && !folded) {
                break;
            }
            if (value != null) {
                value.append(line);
            } else if (line.length() > name.length()
                    && line.charAt(name.length()) == ':'
                    && line.regionMatches(true, 0, name, 0, name.length())) {
                value = new StringBuilder(line.substring(name.length() + 1));
            }
        }
        return Optional.ofNullable(value).map(v -> v.toString().strip());
    }

    private static int end(byte[] message) {
        for (int i = 0; i + 3 < message.length; i++) {
            if (message[i] == '\r'
                    && message[i + 1] == '\n'
                    && message[i + 2] == '\r'
                    && message[i + 3] == '\n') {
                return i + 2;
            }
        }
        return message.length;
    }
}
