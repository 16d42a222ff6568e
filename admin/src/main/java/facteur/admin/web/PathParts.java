package facteur.admin.web;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a path apart as RFC 3986 2.4 has it: first at its slashes, then each part is decoded, once.
 * So an escaped slash belongs to a name, and an escaped percent sign begins no further escape.
 */
public final class PathParts {
    private PathParts() {}

    /** Empty when an escape is malformed, or the octets are no visible ASCII or not UTF-8. */
    public static Optional<List<String>> of(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            Optional<String> decoded = decoded(part);
            if (decoded.isEmpty()) {
                return Optional.empty();
            }
            parts.add(decoded.get());
        }
        return Optional.of(parts);
    }

    /**
     * The path of a request target (RFC 9112 3.2) with each part escaped the same way, however it
     * was written: {@code /%63ampaigns/a(b)} and {@code /campaigns/a%28b%29} are one path.
     */
    public static Optional<String> canonical(String target) {
        return of(path(target))
                .map(parts -> String.join("/", parts.stream().map(PathParts::encode).toList()));
    }

    // RFC 9112 3.2.2: a target sent to a proxy has scheme and host; every server must accept it.
    private static String path(String target) {
        if (target.startsWith("/") || target.indexOf("://") < 0) {
            return target;
        }
        try {
            String path = URI.create(target).getRawPath();
            return path == null || path.isEmpty() ? "/" : path;
        } catch (IllegalArgumentException _) {
            return target; // no path of ours: it is answered as missing
        }
    }

    /** Whether a part of an address is visible ASCII whose escapes are octets of UTF-8. */
    static boolean isText(String part) {
        return decoded(part).isPresent();
    }

    private static Optional<String> decoded(String part) {
        if (!part.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            return Optional.empty(); // RFC 3986 2: whoever writes anything else escapes it
        }
        if (part.indexOf('%') < 0) {
            return Optional.of(part);
        }
        byte[] octets = part.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(octets.length);
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] != '%') {
                decoded.write(octets[i]);
                continue;
            }
            int high = i + 2 < octets.length ? Character.digit(octets[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(octets[i + 2], 16);
            if (low < 0) {
                return Optional.empty();
            }
            decoded.write(high << 4 | low);
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(decoded.toByteArray()))
                            .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** A text as part of a path or query. Commas, colons and @ stay readable (RFC 3986 3.3). */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2C", ",")
                .replace("%3A", ":")
                .replace("%40", "@");
    }
}
