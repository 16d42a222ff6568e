package facteur.testkit.dns;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The names a laboratory knows, what they hold and what is wrong with them. May be changed while a
 * server answers from it.
 *
 * <p>Names are absolute with or without the final dot, and compared without regard to case. A name
 * such as {@code *.gmail.lab} speaks for every name below {@code gmail.lab}, however deep, that is
 * not there itself (RFC 4592, without its closest-encloser subtleties); it does not speak for
 * {@code gmail.lab}. An unknown name is NXDOMAIN, a known one without the type asked for is an
 * empty answer.
 */
public final class Zone {
    private static final int MAX_STRING = 255;

    private final NavigableMap<Name, List<Record>> records =
            new TreeMap<>(); // in canonical order: a name's children follow it
    private final Map<Name, DnsFault> faults = new HashMap<>();
    private long ttlSeconds = 60;

    /** The time to live of the records added from now on; 60 s at first. */
    public synchronized Zone ttl(Duration ttl) {
        ttlSeconds = ttl.toSeconds();
        return this;
    }

    public Zone mx(String name, int preference, String host) {
        return add(name, Type.MX, preference + " " + absolute(host));
    }

    /** The domain says that it takes no mail (RFC 7505). */
    public Zone nullMx(String name) {
        return add(name, Type.MX, "0 .");
    }

    /** The address is IPv4, in dotted form. */
    public Zone a(String name, String address) {
        return add(name, Type.A, address);
    }

    public Zone aaaa(String name, String address) {
        return add(name, Type.AAAA, address);
    }

    /** ASCII text, in strings of at most 255 octets (RFC 1035 3.3.14). */
    public Zone txt(String name, String text) {
        StringBuilder strings = new StringBuilder();
        for (int at = 0; at == 0 || at < text.length(); at += MAX_STRING) {
            String piece = text.substring(at, Math.min(text.length(), at + MAX_STRING));
            strings.append('"')
                    .append(piece.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\" ");
        }
        return add(name, Type.TXT, strings.toString().strip());
    }

    public Zone cname(String name, String target) {
        return add(name, Type.CNAME, absolute(target).toString());
    }

    /** The reverse entry of an address: {@code host} under in-addr.arpa or ip6.arpa. */
    public Zone ptr(InetAddress address, String host) {
        return add(ReverseMap.fromAddress(address).toString(), Type.PTR, absolute(host).toString());
    }

    /** A name that exists and holds nothing. */
    public synchronized Zone empty(String name) {
        records.computeIfAbsent(absolute(name), _ -> new ArrayList<>());
        return this;
    }

    /**
     * One record in the form of a master file.
     *
     * @param type one of {@link Type}
     * @throws IllegalArgumentException when the data does not suit the type
     */
    public synchronized Zone add(String name, int type, String data) {
        return add(absolute(name), type, ttlSeconds, data, Name.root);
    }

    synchronized Zone add(Name name, int type, long ttl, String data, Name origin) {
        try {
            Record made = Record.fromString(name, type, DClass.IN, ttl, data, origin);
            records.computeIfAbsent(name, _ -> new ArrayList<>()).add(made);
            return this;
        } catch (IOException badData) {
            throw new IllegalArgumentException(
                    "no " + Type.string(type) + " record of " + name + " can be \"" + data + "\"",
                    badData);
        }
    }

    public Zone servfail(String name) {
        return fault(name, new DnsFault.ServFail());
    }

    public Zone slow(String name, Duration delay) {
        return fault(name, new DnsFault.Slow(delay));
    }

    public Zone silent(String name) {
        return fault(name, new DnsFault.Silent());
    }

    public Zone truncate(String name) {
        return fault(name, new DnsFault.Truncated());
    }

    /**
     * Something is wrong with a name, known or not, or with all names under {@code *.name}; it
     * replaces an earlier fault.
     */
    public synchronized Zone fault(String name, DnsFault dnsFault) {
        faults.put(absolute(name), dnsFault);
        return this;
    }

    /** Takes the fault of a name away. */
    public synchronized Zone heal(String name) {
        faults.remove(absolute(name));
        return this;
    }

    /** Forgets the records of a name; its fault stays. */
    public synchronized Zone remove(String name) {
        records.remove(absolute(name));
        return this;
    }

    /**
     * All records that speak for a name, by the name asked for; empty when there is no such name.
     */
    synchronized Optional<List<Record>> at(Name name) {
        List<Record> own = records.get(name);
        if (own != null) {
            return Optional.of(List.copyOf(own));
        }
        if (hasNamesBelow(name)) {
            return Optional.of(List.of());
        }
        return wildcard(records, name)
                .map(found -> found.stream().map(r -> r.withName(name)).toList());
    }

    synchronized Optional<DnsFault> faultAt(Name name) {
        return Optional.ofNullable(faults.get(name)).or(() -> wildcard(faults, name));
    }

    private boolean hasNamesBelow(Name name) {
        Name next = records.higherKey(name);
        return next != null && next.subdomain(name);
    }

    private static <T> Optional<T> wildcard(Map<Name, T> from, Name name) {
        for (int cut = 1; cut < name.labels(); cut++) {
            T found = from.get(name.wild(cut));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    static Name absolute(String name) {
        try {
            return Name.fromString(name, Name.root);
        } catch (TextParseException bad) {
            throw new IllegalArgumentException("not a domain name: \"" + name + "\"", bad);
        }
    }
}
