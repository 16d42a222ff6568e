package facteur.config.access;

import facteur.config.unit.Network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is connected to the listeners of one kind, and who gives way when there are too many.
 *
 * <p>Every client starts as a stranger. Strangers are counted by network, since addresses are
 * cheap. When they fill their room, the oldest of the network with most of them gives way to the
 * new one: silent connections are gone before one that is about to say something, and a network
 * that opens many turns out its own. Who has logged in never gives way, and a quarter of all
 * connections is kept for them.
 *
 * <p>Any thread. What a guest does to give way is run outside the lock.
 */
public final class Admission {
    private static final int IPV4_NETWORK = 24;
    private static final int IPV6_NETWORK = 64;
    private static final int KEPT_SHARE = 4;

    private final Map<Network, Set<Guest>> strangers = new HashMap<>();
    private final Map<InetAddress, Integer> byClient = new HashMap<>();
    private int strangerCount;
    private int knownCount;
    private long turnedAway;
    private long gaveWay;

    /**
     * @param connections of all clients together
     * @param perClient of one address, and strangers of one IPv4 /24 or IPv6 /64
     */
    public record Limits(int connections, int perClient) {}

    /** One connection. */
    public static final class Guest {
        private final InetAddress client;
        private final Network network;
        private final Runnable giveWay;
        private boolean stranger = true;
        private boolean gone;

        private Guest(InetAddress client, Runnable giveWay) {
            this.client = client;
            this.network =
                    new Network(
                            client, client instanceof Inet4Address ? IPV4_NETWORK : IPV6_NETWORK);
            this.giveWay = giveWay;
        }
    }

    /**
     * Lets a client in, if need be in the place of another.
     *
     * @param giveWay closes the connection; may be called once, by any thread
     * @return empty when there is no room
     */
    public Optional<Guest> enter(InetAddress client, Limits limits, Runnable giveWay) {
        Guest guest = new Guest(client, giveWay);
        Optional<Guest> leaves = Optional.empty();
        synchronized (this) {
            int ofNetwork = strangers.getOrDefault(guest.network, Set.of()).size();
            int room =
                    limits.connections() - Math.max(knownCount, limits.connections() / KEPT_SHARE);
            boolean fits =
                    byClient.getOrDefault(client, 0) < limits.perClient()
                            && ofNetwork < limits.perClient()
                            && room > 0;
            if (!fits) {
                turnedAway++;
                return Optional.empty();
            }
            if (strangerCount >= room) {
                leaves = oldestOfMost();
                leaves.ifPresent(this::remove);
            }
            strangers.computeIfAbsent(guest.network, _ -> new LinkedHashSet<>()).add(guest);
            strangerCount++;
            byClient.merge(client, 1, Integer::sum);
        }
        leaves.ifPresent(guestWhoLeaves -> guestWhoLeaves.giveWay.run());
        return Optional.of(guest);
    }

    private Optional<Guest> oldestOfMost() {
        return strangers.values().stream()
                .max(Comparator.comparingInt(Set::size))
                .map(guests -> guests.iterator().next());
    }

    /** The oldest stranger gives way, as when the process runs out of descriptors. */
    public void relieve() {
        Optional<Guest> leaves;
        synchronized (this) {
            leaves = oldestOfMost();
            leaves.ifPresent(this::remove);
        }
        leaves.ifPresent(guest -> guest.giveWay.run());
    }

    /** The guest has logged in. */
    public synchronized void known(Guest guest) {
        if (!guest.gone && guest.stranger) {
            guest.stranger = false;
            forgetStranger(guest);
            knownCount++;
        }
    }

    /** The connection is closed. */
    public synchronized void left(Guest guest) {
        if (!guest.gone) {
            if (guest.stranger) {
                forgetStranger(guest);
            } else {
                knownCount--;
            }
            goes(guest);
        }
    }

    private void remove(Guest stranger) {
        gaveWay++;
        forgetStranger(stranger);
        goes(stranger);
    }

    private void goes(Guest guest) {
        guest.gone = true;
        byClient.computeIfPresent(guest.client, (_, count) -> count <= 1 ? null : count - 1);
    }

    private void forgetStranger(Guest guest) {
        strangerCount--;
        strangers.computeIfPresent(
                guest.network,
                (_, guests) -> {
                    guests.remove(guest);
                    return guests.isEmpty() ? null : guests;
                });
    }

    /** Connections at this moment. */
    public synchronized int count() {
        return strangerCount + knownCount;
    }

    /** Of these, those that have not logged in. */
    public synchronized int strangers() {
        return strangerCount;
    }

    /** Connections that were refused because there was no room. */
    public synchronized long turnedAway() {
        return turnedAway;
    }

    /** Connections that were closed to make room for others. */
    public synchronized long gaveWay() {
        return gaveWay;
    }
}
