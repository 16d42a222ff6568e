package facteur.testkit.smtp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** What a server took, the last of it, for tests to look at and to wait for. Thread-safe. */
public final class TakenMessages {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Deque<TakenMessage> kept = new ArrayDeque<>();
    private final ProviderOptions.Keeping keeping;
    private long bytes;
    private long total;

    TakenMessages(ProviderOptions.Keeping keeping) {
        this.keeping = keeping;
    }

    void add(TakenMessage takenMessage) {
        lock.lock();
        try {
            total++;
            kept.addLast(takenMessage);
            bytes += takenMessage.message().length;
            while (kept.size() > keeping.messages()
                    || (bytes > keeping.bytes() && !kept.isEmpty())) {
                bytes -= kept.removeFirst().message().length;
            }
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is kept, oldest first. */
    public List<TakenMessage> all() {
        lock.lock();
        try {
            return List.copyOf(kept);
        } finally {
            lock.unlock();
        }
    }

    /** How many messages were ever taken. */
    public long total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }

    /** The messages for an address, oldest first. */
    public List<TakenMessage> to(String address) {
        return all().stream().filter(t -> t.isFor(address)).toList();
    }

    /** Forgets what is kept; the total stays. */
    public void clear() {
        lock.lock();
        try {
            kept.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The first kept message that is as wanted; waits for it when there is none yet.
     *
     * @throws AssertionError when none comes in time
     */
    public TakenMessage await(Predicate<TakenMessage> wanted, Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (true) {
                Optional<TakenMessage> found = kept.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (left <= 0) {
                    throw new AssertionError(
                            "no such message came in "
                                    + patience
                                    + "; "
                                    + total
                                    + " came, last: "
                                    + kept.peekLast());
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a message", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** The first message for an address; waits for it. */
    public TakenMessage awaitFor(String address, Duration patience) {
        return await(t -> t.isFor(address), patience);
    }

    /**
     * Waits until so many messages were ever taken.
     *
     * @throws AssertionError when they do not come in time
     */
    public void awaitTotal(long count, Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (total < count) {
                if (left <= 0) {
                    throw new AssertionError(
                            "only " + total + " of " + count + " messages came in " + patience);
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(
                    "interrupted while waiting for " + count + " messages", interrupted);
        } finally {
            lock.unlock();
        }
    }
}
