package facteur.admin.web;

import facteur.config.unit.Network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a client asked.
 *
 * @param path without the query, in its canonical spelling, see {@link PathParts}; as it was sent
 *     where it is malformed
 * @param malformed what of the target is no text; nothing but a refusal is to be answered then
 * @param headers the first value of each, by lower-case name
 * @param client who asks: the other end of the connection, or whom a trusted proxy names
 */
public record Request(
        String method,
        String path,
        Query query,
        Optional<Malformed> malformed,
        Map<String, String> headers,
        InetAddress client,
        Body body) {
    /** What a form of the UI may hold at most. */
    public static final int FORM_LIMIT = 4 << 20;

    public Request {
        headers = Map.copyOf(headers);
    }

    /**
     * What of a target is no text.
     *
     * @param path as {@link PathParts#canonical} found it
     * @param query as it was sent
     */
    public static Optional<Malformed> malformed(Optional<String> path, String query) {
        return path.isEmpty() ? Optional.of(Malformed.PATH) : Query.malformed(query);
    }

    /** The body, read when it is first asked for. */
    public interface Body {
        /**
         * @throws TooLarge when more than {@code limit} octets come
         */
        byte[] read(int limit) throws IOException;
    }

    /** More was sent than is taken. */
    public static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        public TooLarge(int limit) {
            super("a request body of more than " + limit + " octets");
        }
    }

    /** The body took longer than it may. */
    public static final class TooSlow extends IOException {
        private static final long serialVersionUID = 1;

        public TooSlow() {
            super("the request body took too long");
        }
    }

    /** So much was sent at once, by all, that this cannot be taken now. */
    public static final class Crowded extends IOException {
        private static final long serialVersionUID = 1;

        public Crowded() {
            super("too much is being sent at once; try again");
        }
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    public boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** The fields of a form that was posted. */
    public Query form() throws IOException {
        boolean isForm =
                header("content-type")
                        .filter(type -> type.startsWith("application/x-www-form-urlencoded"))
                        .isPresent();
        return isForm
                ? Query.parse(new String(body.read(FORM_LIMIT), StandardCharsets.UTF_8))
                : Query.EMPTY;
    }

    public Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies().get(name));
    }

    private Map<String, String> cookies() {
        Map<String, String> found = new HashMap<>();
        for (String pair : header("cookie").orElse("").split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                found.putIfAbsent(
                        pair.substring(0, equals).strip(),
                        unquoted(pair.substring(equals + 1).strip()));
            }
        }
        return found;
    }

    // RFC 6265 4.1.1 allows quotes around the value.
    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /**
     * Whether the reader's browser speaks TLS to a proxy on this machine. A stranger who says so
     * himself only makes his own cookie stricter.
     */
    public boolean isSecure() {
        return header("x-forwarded-proto").filter("https"::equals).isPresent();
    }

    /** Path and query, as links and forms come back to. */
    public String here() {
        return path + query.behind();
    }

    /** The client's address as text, for logs. */
    public String from() {
        return Network.text(client);
    }
}
