package facteur.mta.routing;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The name of a set of hosts: what differs stands in brackets before what is common. */
final class SiteName {
    private static final int MAX = 200;

    private SiteName() {}

    /** {@code [mx1.example.org, mx2.example.org]} makes {@code (mx1|mx2).example.org}. */
    static String of(Collection<String> hosts) {
        TreeSet<String> sorted = new TreeSet<>(hosts);
        if (sorted.size() == 1) {
            return sorted.first();
        }
        String suffix = commonSuffix(List.copyOf(sorted));
        List<String> parts = sorted.stream().map(host -> head(host, suffix)).toList();
        String name = "(" + String.join("|", parts) + ")" + (suffix.isEmpty() ? "" : "." + suffix);
        return name.length() <= MAX
                ? name
                : name.substring(0, MAX) + "#" + Integer.toHexString(sorted.hashCode());
    }

    private static String head(String host, String suffix) {
        if (suffix.isEmpty()) {
            return host;
        }
        return host.equals(suffix) ? "@" : host.substring(0, host.length() - suffix.length() - 1);
    }

    /** The longest run of whole labels in which all hosts end. */
    private static String commonSuffix(List<String> hosts) {
        String suffix = hosts.getFirst();
        for (String host : hosts) {
            while (!suffix.isEmpty() && !host.equals(suffix) && !host.endsWith("." + suffix)) {
                int dot = suffix.indexOf('.');
                suffix = dot < 0 ? "" : suffix.substring(dot + 1);
            }
        }
        return suffix;
    }
}
