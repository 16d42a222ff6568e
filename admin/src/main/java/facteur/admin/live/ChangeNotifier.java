package facteur.admin.live;

import facteur.admin.web.Response;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The heartbeat of the views, and the streams that pass it on. */
public final class ChangeNotifier implements AutoCloseable {
    // Each holds a connection and a thread's stack; pages beyond it poll.
    private static final int MOST_STREAMS = 500;
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    // Keeps proxies from closing what seems idle, and tells a page that it is still connected.
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long beats;
    private boolean closed;

    public ChangeNotifier(InstantSource clock) {
        this.clock = clock;
    }

    /** Something changed; brief. */
    public void beat() {
        lock.lock();
        try {
            beats++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A stream of server-sent events; empty when there are too many. */
    public Optional<Response> stream() {
        return streams.tryAcquire()
                ? Optional.of(
                        Response.stream("text/event-stream", this::writeAll)
                                .with("X-Accel-Buffering", "no"))
                : Optional.empty();
    }

    private void writeAll(OutputStream out) throws IOException {
        try {
            write(out, "retry: 3000\n\n");
            long seen = await(-1, Duration.ZERO);
            while (!isClosed()) {
                long now = await(seen, HEARTBEAT);
                write(out, message(now == seen ? "alive" : "changed"));
                seen = now;
                TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops
        } finally {
            streams.release();
        }
    }

    private String message(String event) {
        return "event: " + event + "\ndata: " + clock.instant() + "\n\n";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there were other beats than {@code seen}, at most for {@code time}. */
    private long await(long seen, Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (beats == seen && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return beats;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
