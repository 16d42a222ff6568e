package facteur.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Sees to it that no thread that the server lives by ends unnoticed: queue, journal, folding, hits,
 * watches and event loops are platform threads, and none of them returns before the server stops.
 * One that ends by an exception or an error makes the server unready at once, and ends the process,
 * so that it is started again and goes on from the journal. A virtual thread serves one request:
 * its exception is logged, its error ends the process too.
 */
public final class LostThreads implements Thread.UncaughtExceptionHandler {
    /** EX_SOFTWARE of sysexits: an internal fault. */
    public static final int EXIT_CODE = 70;

    private static final Logger log = LoggerFactory.getLogger(LostThreads.class);

    private final IntConsumer exit;
    private final AtomicReference<String> lost = new AtomicReference<>("");

    /**
     * @param exit ends the process with a code
     */
    LostThreads(IntConsumer exit) {
        this.exit = exit;
    }

    /** For a process that serves: ends it, in an orderly way where that is still possible. */
    public static LostThreads endingTheProcess() {
        return new LostThreads(
                code ->
                        // Not on the thread that ended: it may be one that the orderly end waits
                        // for.
                        Thread.ofPlatform().name("exit").start(() -> System.exit(code)));
    }

    /** Why the server is not ready any more; empty while all threads live. */
    public Optional<String> problem() {
        return Optional.of(lost.get()).filter(text -> !text.isEmpty());
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        boolean fatal = failure instanceof Error || !thread.isVirtual();
        if (!fatal) {
            log.error("thread {} failed", thread.getName(), failure);
            return;
        }
        String text = "thread " + thread.getName() + " ended by " + failure;
        boolean first = lost.compareAndSet("", text);
        log.error("{}; the process ends with code {}", text, EXIT_CODE, failure);
        if (first) {
            exit.accept(EXIT_CODE);
        }
    }
}
