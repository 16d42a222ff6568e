package facteur.mta.queue.schedule;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Queues that take turns: the first has its turn, and goes to the end.
 *
 * @param <K> what recipients have in common that share a turn
 * @param <Q> a queue of them
 */
final class Turns<K, Q extends Turn> implements Turn {
    private final Function<QueuedRecipient, K> key;
    private final Function<K, Q> queue;
    // In the order of turns.
    private final SequencedMap<K, Q> queues = new LinkedHashMap<>(2);
    private int size;

    Turns(Function<QueuedRecipient, K> key, Function<K, Q> queue) {
        this.key = key;
        this.queue = queue;
    }

    @Override
    public void add(QueuedRecipient recipient, boolean first) {
        K of = key.apply(recipient);
        Q known = queues.get(of);
        if (known == null) {
            known = queue.apply(of);
            if (first) {
                queues.putFirst(of, known);
            } else {
                queues.putLast(of, known);
            }
        }
        known.add(recipient, first);
        size++;
    }

    @Override
    public void next(int most, java.util.List<QueuedRecipient> taken) {
        Map.Entry<K, Q> turn = queues.pollFirstEntry();
        int before = taken.size();
        turn.getValue().next(most, taken);
        size -= taken.size() - before;
        if (turn.getValue().size() > 0) {
            queues.putLast(turn.getKey(), turn.getValue());
        }
    }

    @Override
    public int remove(
            java.util.function.Predicate<QueuedRecipient> which,
            java.util.List<QueuedRecipient> removed) {
        int gone = 0;
        for (Iterator<Q> each = queues.values().iterator(); each.hasNext(); ) {
            Q one = each.next();
            gone += one.remove(which, removed);
            if (one.size() == 0) {
                each.remove();
            }
        }
        size -= gone;
        return gone;
    }

    @Override
    public Stream<QueuedRecipient> stream() {
        return queues.values().stream().flatMap(Turn::stream);
    }

    @Override
    public int size() {
        return size;
    }
}
