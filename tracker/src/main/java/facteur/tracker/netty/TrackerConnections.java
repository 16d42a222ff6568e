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
 * Who is connected, over all listeners of a server, and until when each may stay. One look at all
 * of them each second costs less than a timer for each.
 */
public final class TrackerConnections implements TrackerConnection.Owner {
    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 48;

    private final TrackerLimits trackerLimits;
    private final Set<TrackerConnection> open = ConcurrentHashMap.newKeySet();
    private final Map<Network, Integer> byNetwork = new ConcurrentHashMap<>();
    private final LongAdder turnedAway = new LongAdder();
    private final LongAdder tooSlow = new LongAdder();

    public TrackerConnections(TrackerLimits trackerLimits) {
        this.trackerLimits = trackerLimits;
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

    TrackerConnection opened(Channel channel, TrackerListener trackerListener, InetAddress peer) {
        TrackerConnection trackerConnection =
                new TrackerConnection(
                        this,
                        channel,
                        trackerListener,
                        peer,
                        trackerLimits.firstRequest().toNanos());
        open.add(trackerConnection);
        channel.closeFuture().addListener(_ -> closed(trackerConnection));
        return trackerConnection;
    }

    /**
     * Counts a connection for its network; false when that network, or the whole server, is at its
     * limit.
     */
    @Override
    public boolean admit(TrackerConnection trackerConnection, InetAddress peer, boolean counts) {
        boolean fits = open.size() <= trackerLimits.connections();
        if (fits && counts) {
            Network network = network(peer);
            trackerConnection.network = network;
            fits =
                    byNetwork.merge(network, 1, Integer::sum)
                            <= trackerLimits.connectionsPerNetwork();
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

    private void closed(TrackerConnection trackerConnection) {
        open.remove(trackerConnection);
        Network network = trackerConnection.network;
        if (network != null) {
            byNetwork.computeIfPresent(network, (_, count) -> count <= 1 ? null : count - 1);
        }
    }

    @Override
    public long patience() {
        return trackerLimits.nextRequest().toNanos();
    }

    /** Closes what has taken too long. */
    void sweep(long nowNanos) {
        for (TrackerConnection trackerConnection : open) {
            if (trackerConnection.isOverdue(nowNanos)) {
                tooSlow.increment();
                trackerConnection.close();
            }
        }
    }

    /** Closes all. */
    void close() {
        open.forEach(TrackerConnection::close);
    }

    private static Network network(InetAddress address) {
        return new Network(address, address instanceof Inet4Address ? IPV4_NETWORK : IPV6_NETWORK);
    }
}
