package facteur.mta.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Everything in one thread, in the order of a time that costs nothing. */
final class VirtualOwner implements Owner {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private Instant now;
    private long posted;

    private record Task(Instant at, long number, Runnable what) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = at.compareTo(other.at);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    VirtualOwner(Instant start) {
        now = start;
    }

    @Override
    public Instant now() {
        return now;
    }

    long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    @Override
    public void post(Runnable task) {
        at(now, task);
    }

    @Override
    public void at(Instant time, Runnable task) {
        tasks.add(new Task(time.isBefore(now) ? now : time, posted++, task));
    }

    /** Runs what is next; false when that is later than {@code end}. */
    boolean step(Instant end) {
        Task next = tasks.peek();
        if (next == null || next.at().isAfter(end)) {
            return false;
        }
        tasks.remove();
        now = next.at();
        next.what().run();
        return true;
    }
}
