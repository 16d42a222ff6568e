package facteur.server.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sites that have a series of their own: the first to be met so often. A site keeps its name
 * once it has one, so that its counters only grow; all others are one. Bounded, however many sites
 * there are. Used by one thread; the names may be read by any.
 */
final class TopSites {
    static final String OTHER = "other";
    static final int MOST_NAMED = 30;

    /** Attempts after which a site is named. */
    static final int ENOUGH = 100;

    private static final int MOST_CANDIDATES = 1_000;

    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> candidates =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
                    return size() > MOST_CANDIDATES;
                }
            };

    /** Meets a site once more; the name that this is counted under. */
    String name(String site) {
        if (named.contains(site)) {
            return site;
        }
        if (named.size() >= MOST_NAMED) {
            return OTHER;
        }
        if (candidates.merge(site, 1, Integer::sum) >= ENOUGH) {
            candidates.remove(site);
            named.add(site);
            return site;
        }
        return OTHER;
    }
}
