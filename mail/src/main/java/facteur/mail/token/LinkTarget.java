package facteur.mail.token;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** What a link may lead to, and how that is said in a Location field. */
public final class LinkTarget {
    /** In UTF-8. Longer links are left as they are; some servers cut requests not much above it. */
    public static final int MAX_OCTETS = 4096;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private LinkTarget() {}

    /**
     * Whether {@code url} may stand in a token: absolute http or https with a host, at most {@value
     * #MAX_OCTETS} octets, no control character (so it can never break a header line), whole
     * characters only.
     */
    public static boolean isFit(String url) {
        int host = hostStart(url);
        return url.length() <= MAX_OCTETS
                && host > 0
                && hostEnd(url, host) > host
                && (isPlain(url) || (!hasControl(url) && octetsOrTooMany(url) <= MAX_OCTETS));
    }

    /**
     * The target as a field value of a redirect (RFC 9110 10.2.2): what is ASCII stays as it is,
     * spaces and other characters are percent-encoded in UTF-8, a host outside ASCII becomes
     * A-labels. Browsers do the same with the link itself.
     */
    public static String location(String url) {
        if (isPlain(url)) {
            return url;
        }
        int from = hostStart(url);
        int to = hostEnd(url, from);
        return url.substring(0, from) + host(url.substring(from, to)) + percent(url.substring(to));
    }

    private static boolean isPlain(String url) {
        for (int i = 0; i < url.length(); i++) {
            if (url.charAt(i) <= ' ' || url.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static int hostStart(String url) {
        if (url.regionMatches(true, 0, "https://", 0, 8)) {
            return 8;
        }
        return url.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
    }

    private static int hostEnd(String url, int start) {
        int at = start;
        while (at < url.length() && !endsHost(url.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean endsHost(char c) {
        return c == '/' || c == '?' || c == '#' || c == '\\';
    }

    private static boolean hasControl(String url) {
        for (int i = 0; i < url.length(); i++) {
            if (isControl(url.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isControl(int c) {
        return c < ' ' || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
    }

    /** An unpaired surrogate cannot be written in UTF-8, so it counts as too much. */
    private static int octetsOrTooMany(String url) {
        int octets = 0;
        for (int i = 0; i < url.length(); ) {
            int c = url.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return Integer.MAX_VALUE;
            }
            octets += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            i += Character.charCount(c);
        }
        return octets;
    }

    private static String host(String host) {
        try {
            return percent(IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException _) { // not a name: browsers decode percent in hosts
            return percent(host);
        }
    }

    private static String percent(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7f) {
                out.append((char) octet);
            } else {
                out.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return out.toString();
    }
}
