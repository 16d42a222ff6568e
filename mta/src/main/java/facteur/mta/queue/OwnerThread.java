package facteur.mta.queue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A platform thread with a mailbox and timers. */
final class OwnerThread implements Owner, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OwnerThread.class);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at));
    private final Thread thread = Thread.ofPlatform().name("queue").unstarted(this::run);
    private volatile boolean closing;

    private record Timer(Instant at, Runnable task) {}

    OwnerThread(InstantSource clock) {
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void post(Runnable task) {
        mailbox.add(task);
    }

    /** Called on the thread itself. */
    @Override
    public void at(Instant time, Runnable task) {
        timers.add(new Timer(time, task));
    }

    private void run() {
        while (!closing) {
            try {
                Runnable task = mailbox.poll(untilNext().toNanos(), TimeUnit.NANOSECONDS);
                while (task != null) {
                    carryOut(task);
                    task = mailbox.poll();
                }
                Instant now = now();
                while (!timers.isEmpty() && !timers.peek().at().isAfter(now)) {
                    carryOut(timers.remove().task());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void carryOut(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // A bug in one task must not stop all mail; what it concerned is tried again after a
            // restart.
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
