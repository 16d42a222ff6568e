package facteur.config.unit;

import facteur.mail.address.AddressLiteral;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of IP addresses: {@code 10.0.0.0/8}, {@code ::1/128}; a single address stands for itself.
 *
 * @param base the first address of the range
 * @param prefix how many leading bits are fixed
 */
public record Network(InetAddress base, int prefix) {
    public Network {
        int bits = base.getAddress().length * 8;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix " + prefix + " outside 0.." + bits);
        }
        base = mask(base, prefix);
    }

    /** Reads CIDR notation; bits beyond the prefix are cleared. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> base = literal(slash < 0 ? text : text.substring(0, slash));
        return base.flatMap(
                address -> {
                    int bits = address.getAddress().length * 8;
                    Optional<Integer> prefix =
                            slash < 0
                                    ? Optional.of(bits)
                                    : WholeNumber.parse(text.substring(slash + 1))
                                            .filter(p -> p <= bits)
                                            .map(Math::toIntExact);
                    return prefix.map(p -> new Network(address, p));
                });
    }

    /** Reads a full IPv4 or IPv6 address; never asks DNS. */
    public static Optional<InetAddress> literal(String text) {
        boolean looksRight = text.indexOf(':') >= 0 || text.split("\\.", -1).length == 4;
        if (!looksRight) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // not an address: the caller says so, with its place
        }
    }

    /**
     * As people write it: {@code 2001:db8::1} (RFC 5952 4.2: the longest run, the first of equals).
     */
    public static String text(InetAddress address) {
        return AddressLiteral.text(address);
    }

    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    /**
     * @param theirs the octets of an address, for who asks of it more than once
     */
    public boolean contains(byte[] theirs) {
        byte[] ours = base.getAddress();
        int whole = prefix / 8;
        return theirs.length == ours.length
                && Arrays.equals(theirs, 0, whole, ours, 0, whole)
                && (prefix % 8 == 0 || (theirs[whole] & kept(prefix % 8)) == ours[whole]);
    }

    /** An octet of which the first bits are set. */
    private static byte kept(int bits) {
        return (byte) (0xff << (8 - bits));
    }

    private static InetAddress mask(InetAddress address, int prefix) {
        byte[] octets = address.getAddress();
        for (int i = 0; i < octets.length; i++) {
            octets[i] &= kept(Math.clamp(prefix - i * 8L, 0, 8));
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("mask " + address + " to " + prefix + " bits", e);
        }
    }

    @Override
    public String toString() {
        return text(base) + "/" + prefix;
    }
}
