package facteur.mta.queue;

import facteur.mta.routing.Route;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the queue knows of one destination. Owned by the queue's thread. */
final class Site {
    final String name;
    final Lanes waiting = new Lanes();
    final ConnectionBudget budget;
    final Set<Courier> sessions = new HashSet<>();
    final Deque<Courier> idle = new ArrayDeque<>();
    List<Route.MxHost> hosts;
    int opening;
    Instant pausedUntil = Instant.EPOCH;
    String lastReply = "";
    long delivered;

    Site(String name, List<Route.MxHost> hosts, int mostConnections) {
        this.name = name;
        this.hosts = hosts;
        this.budget = new ConnectionBudget(mostConnections);
    }

    /**
     * Connections to open now: one for each message that waits and no session is free for, within
     * the budget.
     */
    int wanted(Instant now) {
        if (pausedUntil.isAfter(now)) {
            return 0;
        }
        int room = budget.limit() - sessions.size() - opening;
        return Math.max(0, Math.min(room, waiting.size() - opening));
    }

    boolean isForgettable() {
        return waiting.size() == 0 && sessions.isEmpty() && opening == 0;
    }
}
