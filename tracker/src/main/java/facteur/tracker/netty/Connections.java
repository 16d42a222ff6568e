package facteur.tracker.netty;

import facteur.config.unit.Network;

import io.netty.channel.Channel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who is connected, over all listeners of a server, and until when that is suffered. One look at
 * all of them each second costs less than a timer for each.
 */
public final class Connections {
    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 48;

    private final Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<Network, Integer> byNetwork = new ConcurrentHashMap<>();
    private final LongAdder turnedAway = new LongAdder();
    private final LongAdder tooSlow = new LongAdder();

    public Connections(Limits limits) {
        this.limits = limits;
    }

    /** Connections at this moment. */
    public int count() {
        return open.size();
    }

    /** Connections that were closed at once, because there were too many of them. */
    public long turnedAway() {
        return turnedAway.sum();
    }

    /** Connections that were closed because no complete request came in time. */
    public long tooSlow() {
        return tooSlow.sum();
    }

    Connection opened(Channel channel, Listener listener, InetAddress peer) {
        Connection connection =
                new Connection(this, channel, listener, peer, limits.firstRequest().toNanos());
        open.add(connection);
        channel.closeFuture().addListener(_ -> closed(connection));
        return connection;
    }

    /** Counts a connection for its network; false when that network, or everybody, has enough. */
    boolean admit(Connection connection, InetAddress peer, boolean counts) {
        boolean fits = open.size() <= limits.connections();
        if (fits && counts) {
            Network network = network(peer);
            connection.network = network;
            fits = byNetwork.merge(network, 1, Integer::sum) <= limits.connectionsPerNetwork();
        }
        if (!fits) {
            turnedAway.increment();
        }
        return fits;
    }

    /** Counts a connection that was closed before anything was read. */
    void turnAway() {
        turnedAway.increment();
    }

    private void closed(Connection connection) {
        open.remove(connection);
        Network network = connection.network;
        if (network != null) {
            byNetwork.computeIfPresent(network, (_, count) -> count <= 1 ? null : count - 1);
        }
    }

    long patience() {
        return limits.nextRequest().toNanos();
    }

    /** Closes what has taken too long. */
    void sweep(long nowNanos) {
        for (Connection connection : open) {
            if (connection.isOverdue(nowNanos)) {
                tooSlow.increment();
                connection.channel().close();
            }
        }
    }

    /** Closes all. */
    void close() {
        open.forEach(connection -> connection.channel().close());
    }

    private static Network network(InetAddress address) {
        return new Network(address, address instanceof Inet4Address ? IPV4_NETWORK : IPV6_NETWORK);
    }
}
