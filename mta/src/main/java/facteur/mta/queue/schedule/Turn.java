package facteur.mta.queue.schedule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Recipients of which the next are taken together when it is their turn. */
interface Turn {
    /**
     * @param first in front of the others, when it was taken and not tried
     */
    void add(QueuedRecipient recipient, boolean first);

    /** Takes one, and up to {@code most} in all of the same message; there is at least one. */
    void next(int most, List<QueuedRecipient> taken);

    /** Takes out what matches, and tells how many. */
    int remove(Predicate<QueuedRecipient> which, List<QueuedRecipient> removed);

    Stream<QueuedRecipient> stream();

    int size();

    /** Those of one credential, campaign and domain, in their order. */
    final class Line implements Turn {
        private final Deque<QueuedRecipient> waiting = new ArrayDeque<>(2);

        @Override
        public void add(QueuedRecipient recipient, boolean first) {
            if (first) {
                waiting.addFirst(recipient);
            } else {
                waiting.addLast(recipient);
            }
        }

        @Override
        public void next(int most, List<QueuedRecipient> taken) {
            long message = waiting.element().message();
            for (int left = most;
                    left > 0 && !waiting.isEmpty() && waiting.element().message() == message;
                    left--) {
                taken.add(waiting.remove());
            }
        }

        @Override
        public int remove(Predicate<QueuedRecipient> which, List<QueuedRecipient> removed) {
            int before = waiting.size();
            waiting.removeIf(recipient -> which.test(recipient) && removed.add(recipient));
            return before - waiting.size();
        }

        @Override
        public Stream<QueuedRecipient> stream() {
            return waiting.stream();
        }

        @Override
        public int size() {
            return waiting.size();
        }
    }

    /** The mail of one credential: transactional mail first, four times of five while both wait. */
    final class OfCredential implements Turn {
        private static final int TRANSACTIONAL_RUN = 4;

        private final Turn transactional = campaigns();
        private final Turn bulk = campaigns();
        private int run;

        private static Turn campaigns() {
            return new Turns<>(
                    r -> r.key().campaign(),
                    _ -> new Turns<>(r -> r.key().domain(), _ -> new Line()));
        }

        private Turn of(QueuedRecipient recipient) {
            return recipient.key().transactional() ? transactional : bulk;
        }

        @Override
        public void add(QueuedRecipient recipient, boolean first) {
            of(recipient).add(recipient, first);
        }

        @Override
        public void next(int most, List<QueuedRecipient> taken) {
            boolean bulkTurn =
                    transactional.size() == 0 || (run >= TRANSACTIONAL_RUN && bulk.size() > 0);
            run = bulkTurn ? 0 : run + 1;
            (bulkTurn ? bulk : transactional).next(most, taken);
        }

        @Override
        public int remove(Predicate<QueuedRecipient> which, List<QueuedRecipient> removed) {
            return transactional.remove(which, removed) + bulk.remove(which, removed);
        }

        @Override
        public Stream<QueuedRecipient> stream() {
            return Stream.concat(transactional.stream(), bulk.stream());
        }

        @Override
        public int size() {
            return transactional.size() + bulk.size();
        }
    }
}
