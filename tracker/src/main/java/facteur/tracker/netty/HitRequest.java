package facteur.tracker.netty;

import facteur.config.unit.Network;

import io.netty.util.AsciiString;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What was asked, whichever version of HTTP it came in.
 *
 * @param path without the query, which nothing depends on
 */
record HitRequest(Method method, String path, Fields fields, TrackerConnection connection) {
    private static final AsciiString FORWARDED_FOR = AsciiString.cached("x-forwarded-for");

    enum Method {
        GET,
        HEAD,
        POST,
        OTHER;

        static Method of(CharSequence name) {
            return switch (name.toString()) {
                case "GET" -> GET;
                case "HEAD" -> HEAD;
                case "POST" -> POST;
                default -> OTHER;
            };
        }
    }

    /** The header fields. */
    @FunctionalInterface
    interface Fields {
        /** All values of a field, with commas between them; empty where there is none. */
        String get(AsciiString lowerCaseName);
    }

    static HitRequest of(
            Method method, String target, Fields fields, TrackerConnection connection) {
        int from = path(target);
        int query = target.indexOf('?', from);
        return new HitRequest(
                method,
                target.substring(from, query < 0 ? target.length() : query),
                fields,
                connection);
    }

    /** Where the path begins: clients of a proxy send the whole URL (RFC 9112 3.2.2). */
    private static int path(String target) {
        if (target.startsWith("/")
                || !(target.regionMatches(true, 0, "http://", 0, 7)
                        || target.regionMatches(true, 0, "https://", 0, 8))) {
            return 0;
        }
        int path = target.indexOf('/', target.indexOf("//") + 2);
        return path < 0 ? target.length() : path;
    }

    boolean reads() {
        return method == Method.GET || method == Method.HEAD;
    }

    /**
     * The client: who is connected, or whom a trusted proxy names. Each proxy appends whom it was
     * asked by, so the list is read from its end, and only as far as it was written by proxies that
     * are trusted.
     */
    InetAddress client() {
        InetAddress client = connection.peer();
        if (!connection.isProxy()) {
            return client;
        }
        String[] chain = fields.get(FORWARDED_FOR).split(",", -1);
        for (int i = chain.length - 1; i >= 0; i--) {
            Optional<InetAddress> named = Network.literal(chain[i].strip());
            if (named.isEmpty()) {
                return client;
            }
            client = named.get();
            if (!connection.listener().trusts(client)) {
                return client;
            }
        }
        return client;
    }
}
