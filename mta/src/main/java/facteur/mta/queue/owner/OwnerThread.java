package facteur.mta.queue.owner;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A platform thread with a mailbox and timers.
 *
 * <p>A turn is up to a thousand tasks and whatever timers are due, and then {@link #atTurnEnd}. A
 * task that fails is counted and logged: those who post ensure that nothing depends on its end. An
 * {@link Error} ends the thread, which the process must not survive; see its uncaught exception
 * handler.
 */
public final class OwnerThread implements Owner, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OwnerThread.class);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    // Bounds a turn, so that what is served at its end does not wait for all that is posted.
    private static final int TASKS = 1_000;

    private final InstantSource wall;
    private final Instant begun;
    private final long begunNanos = System.nanoTime();
    private final LongAdder failed;
    private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at));
    private final Thread thread = Thread.ofPlatform().name("queue").unstarted(this::run);
    private Runnable last = () -> {};
    private volatile boolean closing;

    private record Timer(Instant at, Runnable task) {}

    /**
     * @param failed counts tasks that failed
     */
    public OwnerThread(InstantSource wall, LongAdder failed) {
        this.wall = wall;
        this.begun = wall.instant();
        this.failed = failed;
    }

    public void start() {
        thread.start();
    }

    @Override
    public Instant now() {
        return begun.plusNanos(System.nanoTime() - begunNanos);
    }

    @Override
    public Duration wallAhead() {
        Duration ahead = Duration.between(now(), wall.instant());
        // Two clocks are never read at the same moment.
        return ahead.abs().compareTo(LONGEST_WAIT) < 0 ? Duration.ZERO : ahead;
    }

    @Override
    public void post(Runnable task) {
        mailbox.add(task);
    }

    @Override
    public void at(Instant time, Runnable task) {
        timers.add(new Timer(time, task));
    }

    @Override
    public void atTurnEnd(Runnable what) {
        last = what;
    }

    private void run() {
        while (!closing) {
            try {
                Runnable task = mailbox.poll(untilNext().toNanos(), TimeUnit.NANOSECONDS);
                for (int done = 0; task != null; done++) {
                    carryOut(task);
                    task = done < TASKS ? mailbox.poll() : null;
                }
                Instant now = now();
                while (!timers.isEmpty() && !timers.peek().at().isAfter(now)) {
                    carryOut(timers.remove().task());
                }
                carryOut(last);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void carryOut(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // A bug in one task must not stop all mail.
            failed.increment();
            log.error("a task of the queue failed", e);
        }
    }

    private Duration untilNext() {
        if (timers.isEmpty()) {
            return LONGEST_WAIT;
        }
        Duration left = Duration.between(now(), timers.peek().at());
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(LONGEST_WAIT) < 0 ? left.plusMillis(1) : LONGEST_WAIT;
    }

    @Override
    public void close() {
        closing = true;
        post(() -> {});
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
