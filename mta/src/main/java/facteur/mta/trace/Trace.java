package facteur.mta.trace;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The watches over one kind of dialogue. A watch that is not fetched any more is forgotten, so that
 * a console that was closed costs nothing.
 */
public final class Trace {
    /** Watches at a time. */
    public static final int WATCHES = 16;

    /** How long a watch lives without being asked. */
    public static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private volatile Map<String, Watch> watches = Map.of();

    public Trace(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Begins to keep what is said in the dialogues of some subjects.
     *
     * @param subjects which: the client's address for a submission, the site for a delivery
     * @return under which to ask for it; empty when there are {@value #WATCHES} already
     */
    public synchronized Optional<String> watch(Predicate<String> subjects) {
        Instant now = clock.instant();
        Map<String, Watch> next = new HashMap<>(watches);
        next.values().removeIf(watch -> watch.lastAsked().plus(FORGOTTEN).isBefore(now));
        if (next.size() >= WATCHES) {
            return Optional.empty();
        }
        String id = Long.toUnsignedString(random.nextLong(), 36);
        next.put(id, new Watch(subjects, now));
        watches = Map.copyOf(next);
        return Optional.of(id);
    }

    /**
     * What was said after the line with a number, waiting for it a while when nothing was.
     *
     * @return empty when there is no such watch
     */
    public Optional<Watch.Lines> next(String id, long after, Duration atMost)
            throws InterruptedException {
        Watch watch = watches.get(id);
        return watch == null
                ? Optional.empty()
                : Optional.of(watch.next(after, clock.instant(), atMost));
    }

    /** Whether there is no watch. */
    public boolean isUnwatched() {
        return watches.isEmpty();
    }

    /**
     * Passes a line to all watches.
     *
     * @param dialogue tells the dialogues of one subject apart
     * @param text made only when it is watched
     */
    public void said(String subject, String dialogue, TraceLine.Who who, Supplier<String> text) {
        Map<String, Watch> now = watches;
        if (now.isEmpty()) {
            return;
        }
        Instant at = clock.instant();
        boolean over = false;
        for (Watch watch : now.values()) {
            over |= watch.lastAsked().plus(FORGOTTEN).isBefore(at);
            if (watch.isFor(subject)) {
                watch.keep(at, dialogue, who, text.get());
            }
        }
        if (over) {
            sweep(at);
        }
    }

    private synchronized void sweep(Instant now) {
        Map<String, Watch> next = new HashMap<>(watches);
        next.values().removeIf(watch -> watch.lastAsked().plus(FORGOTTEN).isBefore(now));
        watches = Map.copyOf(next);
    }
}
