package facteur.mail.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Addresses of hosts as text, in one spelling each: two spellings of a literal are one domain, and
 * what no reader of addresses takes is none.
 */
public final class AddressLiteral {
    private static final String SIX = "ipv6:";
    // 1*3DIGIT (RFC 5321 4.1.3), of ASCII alone.
    private static final Pattern FOUR_NUMBERS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern SIX_TEXT = Pattern.compile("[0-9a-f:.]{2,45}");
    // Two groups of zero or more; a single one is written.
    private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

    private AddressLiteral() {}

    /**
     * The one spelling of what stands between brackets, such as {@code ipv6:2001:db8::1}.
     *
     * @param inner in lower case
     */
    static Optional<String> canonical(String inner) {
        boolean isSix = inner.startsWith(SIX);
        String text = isSix ? inner.substring(SIX.length()) : inner;
        boolean shaped =
                isSix
                        ? text.indexOf(':') >= 0 && SIX_TEXT.matcher(text).matches()
                        : FOUR_NUMBERS.matcher(text).matches();
        if (!shaped) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            String known = text(address);
            if (!isSix) {
                return Optional.of(known);
            }
            // Java takes one that stands for an IPv4 address (RFC 4291 2.5.5.2) for that address.
            return Optional.of(SIX + (address instanceof Inet4Address ? "::ffff:" : "") + known);
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // has the characters of an address, and is none
        }
    }

    /**
     * As people write it: {@code 2001:db8::1} (RFC 5952 4.2: the longest run, the first of equals).
     */
    public static String text(InetAddress address) {
        String full = address.getHostAddress();
        Optional<MatchResult> longest =
                ZEROS.matcher(full)
                        .results()
                        .max(
                                Comparator.<MatchResult>comparingInt(run -> run.group().length())
                                        .thenComparingInt(run -> -run.start()));
        return longest.map(
                        run ->
                                full.substring(0, Math.max(0, run.start() - 1))
                                        + "::"
                                        + full.substring(Math.min(full.length(), run.end() + 1)))
                .orElse(full);
    }
}
