package facteur.mta.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The mail that waits for one site, in fair order: each (credential, campaign, domain) has its
 * turn, so that one campaign cannot starve another. Transactional mail goes first, four times out
 * of five while both wait.
 */
final class Lanes {
    private static final int TRANSACTIONAL_RUN = 4;

    private final Turns urgent = new Turns();
    private final Turns bulk = new Turns();
    private int run;

    private static final class Turns {
        private final Map<Pending.Lane, Deque<Pending>> lanes = new LinkedHashMap<>();
        private int size;

        void add(Pending pending) {
            lanes.computeIfAbsent(pending.lane(), _ -> new ArrayDeque<>()).add(pending);
            size++;
        }

        /** The head of the lane whose turn it is; the lane goes to the end of the line. */
        Optional<Pending> next() {
            Iterator<Map.Entry<Pending.Lane, Deque<Pending>>> first = lanes.entrySet().iterator();
            if (!first.hasNext()) {
                return Optional.empty();
            }
            Map.Entry<Pending.Lane, Deque<Pending>> lane = first.next();
            first.remove();
            Deque<Pending> waiting = lane.getValue();
            Pending next = waiting.remove();
            if (!waiting.isEmpty()) {
                lanes.put(lane.getKey(), waiting);
            }
            size--;
            return Optional.of(next);
        }

        List<Pending> remove(Predicate<Pending> which) {
            List<Pending> removed = new ArrayList<>();
            for (Deque<Pending> lane : lanes.values()) {
                lane.stream().filter(which).forEach(removed::add);
                lane.removeIf(which);
            }
            lanes.values().removeIf(Deque::isEmpty);
            size -= removed.size();
            return removed;
        }
    }

    void add(Pending pending) {
        (pending.transactional() ? urgent : bulk).add(pending);
    }

    Optional<Pending> next() {
        boolean bulkTurn = urgent.size == 0 || (run >= TRANSACTIONAL_RUN && bulk.size > 0);
        run = bulkTurn ? 0 : run + 1;
        return bulkTurn ? bulk.next() : urgent.next();
    }

    int size() {
        return urgent.size + bulk.size;
    }

    /** Takes out what matches. */
    List<Pending> remove(Predicate<Pending> which) {
        List<Pending> removed = urgent.remove(which);
        removed.addAll(bulk.remove(which));
        return removed;
    }
}
