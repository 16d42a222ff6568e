package facteur.config.access;

import facteur.config.unit.Network;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Slows guessing down by the network that guesses, not by the name that is guessed at: whoever
 * knows a name could otherwise keep its owner out.
 *
 * <ul>
 *   <li>A network waits after some failures, longer with each.
 *   <li>A network from which the name lately logged in does not wait with the others: it has a
 *       count of its own, with room for many more failures.
 *   <li>A name has a budget of failures from all networks where it is not known together, so that
 *       many addresses do not guess for ever. Once it is spent, only networks where the name is
 *       known may try it.
 * </ul>
 *
 * <p>Names are counted whether or not they exist. Everything is in memory, and bounded: the longest
 * unused is forgotten first.
 */
public final class LoginThrottle {
    /** Networks, and names, that are remembered. */
    static final int MOST = 10_000;

    /** How long a network counts as known to a name after a login. */
    private static final Duration KNOWN = Duration.ofDays(30);

    private static final int LONGEST_NAME = 200;
    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 64;

    /**
     * @param free failures of a network before it waits
     * @param first how long it waits then; doubled with each further failure
     * @param longest bound of that
     * @param forget after so long without a failure the count begins anew
     * @param freeWhereKnown failures that a network has where the name lately logged in
     * @param budget failures of a name from networks where it is not known
     * @param budgetPer how long until that budget is whole again
     */
    public record Policy(
            int free,
            Duration first,
            Duration longest,
            Duration forget,
            int freeWhereKnown,
            int budget,
            Duration budgetPer) {}

    private record Failures(int count, Instant first, Instant last) {
        Failures another(Instant now) {
            return new Failures(count + 1, first, now);
        }
    }

    private record Place(String name, Network network) {}

    private final Policy policy;
    private final Consumer<InetAddress> refused;
    private final Map<Network, Failures> byNetwork = bounded();
    private final Map<Place, Failures> whereKnown = bounded();
    private final Map<String, Failures> byName = bounded();
    private final Map<Place, Instant> known = bounded();

    public LoginThrottle(Policy policy) {
        this(policy, _ -> {});
    }

    /**
     * @param refused is told of each client whose login fails, or is not looked at; it must be
     *     brief
     */
    public LoginThrottle(Policy policy, Consumer<InetAddress> refused) {
        this.policy = policy;
        this.refused = refused;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST;
            }
        };
    }

    private static Network network(InetAddress client) {
        return new Network(client, client instanceof Inet4Address ? IPV4_NETWORK : IPV6_NETWORK);
    }

    private static Place place(String name, InetAddress client) {
        return new Place(key(name), network(client));
    }

    /** Names come from strangers: what is remembered of one has a bound as well. */
    private static String key(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_NAME)).toLowerCase(Locale.ROOT);
    }

    /** How long to wait before the next try; zero when it may be now. */
    public synchronized Duration wait(String name, InetAddress client, Instant now) {
        Duration left = left(name, client, now);
        if (left.isPositive()) {
            refused.accept(client);
        }
        return left;
    }

    private Duration left(String name, InetAddress client, Instant now) {
        Place place = place(name, client);
        if (isKnown(place, now)) {
            return pause(whereKnown.get(place), policy.freeWhereKnown(), now);
        }
        Duration ofNetwork = pause(byNetwork.get(place.network()), policy.free(), now);
        Duration ofName = untilBudget(byName.get(place.name()), now);
        return ofNetwork.compareTo(ofName) > 0 ? ofNetwork : ofName;
    }

    /** Whether the name logged in from the client's network lately. */
    public synchronized boolean isKnown(String name, InetAddress client, Instant now) {
        return isKnown(place(name, client), now);
    }

    private boolean isKnown(Place place, Instant now) {
        Instant last = known.get(place);
        return last != null && isNear(last, now, KNOWN);
    }

    public synchronized void failed(String name, InetAddress client, Instant now) {
        refused.accept(client);
        Place place = place(name, client);
        if (isKnown(place, now)) {
            count(whereKnown, place, now);
            return;
        }
        count(byNetwork, place.network(), now);
        Failures ofName = byName.get(place.name());
        byName.put(
                place.name(),
                ofName == null || !isNear(ofName.first(), now, policy.budgetPer())
                        ? new Failures(1, now, now)
                        : ofName.another(now));
    }

    private <K> void count(Map<K, Failures> counts, K key, Instant now) {
        Failures before = counts.get(key);
        counts.put(
                key,
                before == null || isForgotten(before, now)
                        ? new Failures(1, now, now)
                        : before.another(now));
    }

    /** The password was right: the client's network is known to the name. */
    public synchronized void succeeded(String name, InetAddress client, Instant now) {
        Place place = place(name, client);
        known.put(place, now);
        whereKnown.remove(place);
    }

    /** The name is gone, or has another password: no network is known to it. */
    public synchronized void forget(String name) {
        String key = key(name);
        known.keySet().removeIf(place -> place.name().equals(key));
    }

    private Duration pause(@Nullable Failures failures, int free, Instant now) {
        if (failures == null || failures.count() < free || isForgotten(failures, now)) {
            return Duration.ZERO;
        }
        int doublings = Math.min(failures.count() - free, 20);
        Duration doubled = policy.first().multipliedBy(1L << doublings);
        Duration pause = doubled.compareTo(policy.longest()) > 0 ? policy.longest() : doubled;
        return notNegative(Duration.between(now, failures.last().plus(pause)));
    }

    private boolean isForgotten(Failures failures, Instant now) {
        return !isNear(failures.last(), now, policy.forget());
    }

    /** What a clock counted that was far ahead, and is right again, holds no longer. */
    private static boolean isNear(Instant counted, Instant now, Duration within) {
        return counted.plus(within).isAfter(now) && !counted.isAfter(now.plus(within));
    }

    private Duration untilBudget(@Nullable Failures failures, Instant now) {
        return failures == null
                        || failures.count() < policy.budget()
                        || !isNear(failures.first(), now, policy.budgetPer())
                ? Duration.ZERO
                : notNegative(Duration.between(now, failures.first().plus(policy.budgetPer())));
    }

    private static Duration notNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
