package facteur.mta.queue.owner;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * Everything in one thread, in the order of a time that costs nothing. A turn is one task. Its wall
 * clock may be set. A task that fails is counted, as on the real thread, or fails the test.
 */
public final class VirtualOwner implements Owner {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private Instant now;
    private Duration wallAhead = Duration.ZERO;
    private Runnable last = () -> {};
    private boolean forgiving;
    private long posted;

    /** Tasks that failed. */
    public int failed;

    private record Task(Instant at, long number, Runnable what) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = at.compareTo(other.at);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    public VirtualOwner(Instant start) {
        now = start;
    }

    /** From now on a task that fails is counted, and the next one runs. */
    public void forgive() {
        forgiving = true;
    }

    /** The wall clock is set. */
    public void setWall(Duration ahead) {
        wallAhead = ahead;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Duration wallAhead() {
        return wallAhead;
    }

    public long nanos() {
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

    @Override
    public void atTurnEnd(Runnable what) {
        last = what;
    }

    /** Runs what is next; false when that is later than {@code end}. */
    public boolean step(Instant end) {
        Task next = tasks.peek();
        if (next == null || next.at().isAfter(end)) {
            return false;
        }
        tasks.remove();
        now = next.at();
        carryOut(next.what());
        carryOut(last);
        return true;
    }

    private void carryOut(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (!forgiving) {
                throw e;
            }
            failed++;
        }
    }
}
