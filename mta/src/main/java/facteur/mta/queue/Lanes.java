package facteur.mta.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The mail that waits for one path, in fair order: each (credential, campaign, domain) has its
 * turn, so that one campaign cannot starve another. Transactional mail goes first, four times out
 * of five while both wait.
 */
final class Lanes {
    private static final int TRANSACTIONAL_RUN = 4;

    private final Turns urgent = new Turns();
    private final Turns bulk = new Turns();
    private int run;

    private static final class Turns {
        // In the order of turns: the first is next, and goes to the end.
        private final SequencedMap<Lane, Deque<Pending>> lanes = new LinkedHashMap<>();
        private int size;

        void add(Pending pending) {
            lanes.computeIfAbsent(pending.lane(), _ -> new ArrayDeque<>(2)).add(pending);
            size++;
        }

        void addFirst(Pending pending) {
            lanes.computeIfAbsent(pending.lane(), _ -> new ArrayDeque<>(2)).addFirst(pending);
            size++;
        }

        /** The head of the lane whose turn it is, with more of the same message. */
        List<Pending> next(int most) {
            Map.Entry<Lane, Deque<Pending>> lane = lanes.pollFirstEntry();
            Deque<Pending> waiting = lane.getValue();
            List<Pending> taken = new ArrayList<>(1);
            do {
                taken.add(waiting.remove());
            } while (taken.size() < most
                    && !waiting.isEmpty()
                    && waiting.peek().message() == taken.getFirst().message());
            if (!waiting.isEmpty()) {
                lanes.putLast(lane.getKey(), waiting);
            }
            size -= taken.size();
            return taken;
        }

        List<Pending> remove(Predicate<Pending> which) {
            List<Pending> removed = new ArrayList<>();
            for (Deque<Pending> lane : lanes.values()) {
                lane.removeIf(pending -> which.test(pending) && removed.add(pending));
            }
            lanes.values().removeIf(Deque::isEmpty);
            size -= removed.size();
            return removed;
        }
    }

    void add(Pending pending) {
        turns(pending).add(pending);
    }

    /** Gives back what was taken and not tried. */
    void giveBack(List<Pending> pending) {
        pending.reversed().forEach(each -> turns(each).addFirst(each));
    }

    private Turns turns(Pending pending) {
        return pending.lane().transactional() ? urgent : bulk;
    }

    /**
     * Whose turn it is: one recipient, and up to {@code most} in all of the same message in the
     * same domain. Empty when nobody waits.
     */
    List<Pending> next(int most) {
        if (size() == 0) {
            return List.of();
        }
        boolean bulkTurn = urgent.size == 0 || (run >= TRANSACTIONAL_RUN && bulk.size > 0);
        run = bulkTurn ? 0 : run + 1;
        return bulkTurn ? bulk.next(most) : urgent.next(most);
    }

    int size() {
        return urgent.size + bulk.size;
    }

    void forEach(Consumer<Pending> visitor) {
        urgent.lanes.values().forEach(lane -> lane.forEach(visitor));
        bulk.lanes.values().forEach(lane -> lane.forEach(visitor));
    }

    boolean any(Predicate<Pending> which) {
        return Stream.of(urgent, bulk)
                .flatMap(turns -> turns.lanes.values().stream())
                .flatMap(Deque::stream)
                .anyMatch(which);
    }

    /** Takes out what matches. */
    List<Pending> remove(Predicate<Pending> which) {
        List<Pending> removed = urgent.remove(which);
        removed.addAll(bulk.remove(which));
        return removed;
    }
}
