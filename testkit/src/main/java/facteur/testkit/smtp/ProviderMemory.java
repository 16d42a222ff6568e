package facteur.testkit.smtp;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a provider remembers between connections. Thread-safe; forgets the oldest beyond its bound.
 */
final class ProviderMemory {
    private static final int MAX_PAIRS = 100_000;

    private final Map<String, Instant> firstSeen = new LinkedHashMap<>();
    private Instant pausedUntil = Instant.MIN;
    private boolean hasPaused;
    private long second;
    private int inThatSecond;

    /**
     * How long this sender must still wait before mail to this recipient is taken; zero or less
     * when it need not.
     */
    synchronized Duration wait(String from, String to, Duration greylisting, Instant now) {
        return Duration.between(now, meet(from, to, now).plus(greylisting));
    }

    /** Whether the two are seen for the first time. */
    synchronized boolean firstMeeting(String from, String to, Instant now) {
        boolean known = firstSeen.containsKey(pair(from, to));
        meet(from, to, now);
        return !known;
    }

    /** From now on nobody's mail is taken for a time; once only. */
    synchronized void pause(Duration time, Instant now) {
        if (!hasPaused) {
            hasPaused = true;
            pausedUntil = now.plus(time);
        }
    }

    synchronized boolean isPaused(Instant now) {
        return now.isBefore(pausedUntil);
    }

    /** Counts one message, and tells whether it is one too many for the running second. */
    synchronized boolean tooFast(int perSecond, Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            inThatSecond = 0;
        }
        return ++inThatSecond > perSecond;
    }

    private Instant meet(String from, String to, Instant now) {
        Instant seen = firstSeen.computeIfAbsent(pair(from, to), _ -> now);
        if (firstSeen.size() > MAX_PAIRS) {
            firstSeen.remove(firstSeen.keySet().iterator().next());
        }
        return seen;
    }

    private static String pair(String from, String to) {
        return (from + " " + to).toLowerCase(Locale.ROOT);
    }
}
