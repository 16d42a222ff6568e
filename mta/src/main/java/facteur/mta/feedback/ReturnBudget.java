package facteur.mta.feedback;

import facteur.config.unit.Network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much returned mail is taken: octets in memory at once, and octets a second of each network,
 * since reading one MiB of it takes some 0.3 s of a core and anybody may bring it. A network is a
 * leaky bucket: {@code burst} at once, then as much as leaks out.
 *
 * <p>Any thread.
 */
public final class ReturnBudget {
    /** What the shortest mail costs: it has a connection, a MIME tree and an append of its own. */
    static final long LEAST = 8 << 10;

    private static final int NETWORKS = 10_000;
    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 64;
    private static final long NANOS = 1_000_000_000;

    private final Limits limits;
    private long held;
    private final Map<Network, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Network, Bucket> eldest) {
                    return size() > NETWORKS;
                }
            };

    /**
     * @param inMemory octets of mails that are arriving or being read
     * @param burst octets that a network may bring at once
     * @param perSecond octets that it may bring in the long run
     */
    public record Limits(long inMemory, long burst, long perSecond) {
        /** 32 MiB; a campaign's worth of bounces of one provider at once, then 64 a second. */
        public static final Limits DEFAULTS = new Limits(32 << 20, 32 << 20, 512 << 10);
    }

    private record Bucket(long octets, long atNanos) {}

    public ReturnBudget(Limits limits) {
        this.limits = limits;
    }

    /** Why a client had better come later with a mail; empty when it may bring one. */
    public synchronized Optional<String> refusal(InetAddress client, long nowNanos) {
        if (held >= limits.inMemory()) {
            return Optional.of("452 4.3.1 too much returned mail at once; try again later");
        }
        return full(network(client), nowNanos) >= limits.burst()
                ? Optional.of("451 4.7.1 too much returned mail from your network; try again later")
                : Optional.empty();
    }

    /** Counts a mail that was brought. */
    public synchronized void brought(InetAddress client, long octets, long nowNanos) {
        Network network = network(client);
        long full = full(network, nowNanos) + Math.max(octets, LEAST);
        buckets.put(network, new Bucket(full, nowNanos));
    }

    private long full(Network network, long nowNanos) {
        Bucket bucket = buckets.get(network);
        if (bucket == null) {
            return 0;
        }
        double seconds = (double) (nowNanos - bucket.atNanos()) / NANOS;
        return Math.max(0, bucket.octets() - (long) (seconds * limits.perSecond()));
    }

    /** Takes room in memory; false when there is none. */
    public synchronized boolean hold(int octets) {
        if (held + octets > limits.inMemory()) {
            return false;
        }
        held += octets;
        return true;
    }

    public synchronized void release(int octets) {
        held -= octets;
    }

    /** Octets in memory at this moment. */
    public synchronized long held() {
        return held;
    }

    private static Network network(InetAddress client) {
        return new Network(client, client instanceof Inet4Address ? IPV4_NETWORK : IPV6_NETWORK);
    }
}
