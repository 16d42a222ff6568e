package facteur.mta.egress;

import facteur.mail.message.MessageFacts;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which sources may carry a message, and which of them does: the pool that its header names, else
 * its campaign's, else its credential's, else every source.
 */
public final class Pools {
    private final List<EgressSource> all;
    private final Map<String, Pool> byName;
    private final Map<String, Pool> byCampaign;
    private final Map<String, Pool> byCredential;

    public Pools(List<EgressSource> all, List<Pool> pools) {
        this.all = List.copyOf(all);
        this.byName = pools.stream().collect(Collectors.toMap(Pool::name, Function.identity()));
        this.byCampaign = index(pools, Pool::campaigns);
        this.byCredential = index(pools, Pool::credentials);
    }

    private static Map<String, Pool> index(
            List<Pool> pools, Function<Pool, Collection<String>> keys) {
        return pools.stream()
                .flatMap(pool -> keys.apply(pool).stream().map(key -> Map.entry(key, pool)))
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (first, _) -> first));
    }

    /** The pool that a message asked for; empty when it did not. */
    public static String asked(MessageFacts facts) {
        return facts.metadata().getOrDefault(MessageFacts.POOL, "");
    }

    /** Every source. */
    public List<EgressSource> all() {
        return all;
    }

    public Optional<EgressSource> source(String name) {
        return all.stream().filter(source -> source.name().equals(name)).findFirst();
    }

    /**
     * The sources that may carry mail; never empty.
     *
     * @param asked pool that the message names; one that does not exist is no choice
     */
    public List<EgressSource> of(String credential, String campaign, String asked) {
        Pool pool =
                byName.getOrDefault(
                        asked, byCampaign.getOrDefault(campaign, byCredential.get(credential)));
        return pool == null ? all : pool.sources();
    }

    /**
     * One of some sources, by weight. The same key always gives the same source while the choice is
     * the same, so that what belongs together leaves together.
     */
    public static EgressSource choose(List<EgressSource> from, long key) {
        if (from.size() == 1) {
            return from.getFirst();
        }
        int total = from.stream().mapToInt(EgressSource::weight).sum();
        long at = Long.remainderUnsigned(mixed(key), total);
        for (EgressSource source : from) {
            at -= source.weight();
            if (at < 0) {
                return source;
            }
        }
        throw new IllegalStateException("weights of " + from + " do not add up");
    }

    // The finaliser of SplitMix64: neighbouring keys must not choose alike.
    private static long mixed(long key) {
        long z = (key ^ (key >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
