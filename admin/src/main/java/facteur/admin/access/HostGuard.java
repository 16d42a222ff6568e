package facteur.admin.access;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Answers only to names that are ours. A page elsewhere can point its own name at this machine (DNS
 * rebinding) and would then count as the same origin; it cannot do so with an address.
 */
public final class HostGuard {
    private static final Set<String> OWN = Set.of("localhost", "ip6-localhost");

    private final Set<String> names;

    /**
     * @param names under which the admin may be asked for, besides addresses and localhost
     */
    public HostGuard(Collection<String> names) {
        this.names =
                names.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @param host the Host field, with or without a port
     */
    public boolean allows(String host) {
        String name = name(host.toLowerCase(Locale.ROOT));
        return OWN.contains(name) || names.contains(name) || isAddress(name);
    }

    private static String name(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(0, end + 1);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    private static boolean isAddress(String name) {
        return (name.startsWith("[") && name.endsWith("]"))
                || (!name.isEmpty()
                        && name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }
}
