package facteur.admin.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guessing down: after five failures of a name, or from an address, each further one doubles
 * the wait, from a second up to fifteen minutes. Forgotten after an hour of peace.
 */
public final class LoginThrottle {
    private static final int FREE = 5;
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration FORGET = Duration.ofHours(1);
    static final int MOST = 10_000;

    private final Map<String, Failures> failures =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                    return size() > MOST;
                }
            };

    private record Failures(int count, Instant last) {}

    /** How long to wait before the next try; zero when it may be now. */
    public synchronized Duration wait(String subject, Instant now) {
        Failures known = failures.get(subject);
        if (known == null || known.last().plus(FORGET).isBefore(now)) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, known.last().plus(pause(known.count())));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration pause(int count) {
        if (count < FREE) {
            return Duration.ZERO;
        }
        Duration doubled = Duration.ofSeconds(1L << Math.min(count - FREE, 20));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }

    public synchronized void failed(String subject, Instant now) {
        Failures known = failures.get(subject);
        int earlier = known == null || known.last().plus(FORGET).isBefore(now) ? 0 : known.count();
        failures.put(subject, new Failures(earlier + 1, now));
    }

    public synchronized void succeeded(String subject) {
        failures.remove(subject);
    }
}
