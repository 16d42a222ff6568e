package facteur.config.descriptor;

import com.sun.management.UnixOperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * File descriptors of this process. Strangers may take all but a reserve, which the journal, the
 * views and outgoing connections need: without it a flood of connections would stop them.
 *
 * <p>What is open is counted by the system, which takes about a microsecond for each: it is asked
 * at most four times a second, and what was accepted since is added.
 */
public final class Descriptors {
    /** The most that are kept back: more than journal, views and logs ever open at a time. */
    private static final long MOST_RESERVED = 1_024;

    /** Of a low limit this share is kept back. */
    private static final int RESERVED_SHARE = 4;

    private static final long FRESH_NANOS = Duration.ofMillis(250).toNanos();

    private final long limit;
    private final LongSupplier open;
    private final LongSupplier nanoTime;
    private final AtomicLong countedAt;
    private final AtomicLong since = new AtomicLong();
    private volatile long counted;

    /**
     * @param limit of the process, or 0 where it is not known
     * @param open counts what is open now
     * @param nanoTime a monotonic clock
     */
    public Descriptors(long limit, LongSupplier open, LongSupplier nanoTime) {
        this.limit = limit;
        this.open = open;
        this.nanoTime = nanoTime;
        this.countedAt = new AtomicLong(nanoTime.getAsLong());
        this.counted = open.getAsLong();
    }

    /** Those of this process. */
    public static Descriptors ofThisProcess() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean unix
                ? new Descriptors(
                        unix.getMaxFileDescriptorCount(),
                        unix::getOpenFileDescriptorCount,
                        System::nanoTime)
                : new Descriptors(0, () -> 0, System::nanoTime);
    }

    /** How many the process may have; 0 where that is not known. */
    public long limit() {
        return limit;
    }

    /** How many are kept back from those who connect. */
    public long reserve() {
        return Math.min(MOST_RESERVED, limit / RESERVED_SHARE);
    }

    /** How many are open now. */
    public long open() {
        return open.getAsLong();
    }

    /**
     * Whether a connection that was just accepted may stay. When not, the acceptor closes it and
     * accepts nothing for a second.
     */
    public boolean admits() {
        if (limit <= 0) {
            return true;
        }
        long now = nanoTime.getAsLong();
        long last = countedAt.get();
        if (now - last >= FRESH_NANOS && countedAt.compareAndSet(last, now)) {
            since.set(0);
            counted = count();
        }
        return counted + since.incrementAndGet() <= limit - reserve();
    }

    /** Whether fewer than so many can be opened yet, as the system counts now. */
    public boolean isScarce(long wanted) {
        return limit > 0 && count() + wanted > limit;
    }

    /** The system counts by opening a directory: where that fails nothing is left. */
    private long count() {
        try {
            return open.getAsLong();
        } catch (RuntimeException | InternalError e) {
            return limit;
        }
    }

    /**
     * Whether the limit is enough for {@code connections} at a time, beside {@code others}: what
     * else is opened, such as segments of the journal.
     */
    public boolean suffices(long connections, long others) {
        return limit <= 0 || connections + others <= limit - reserve();
    }
}
