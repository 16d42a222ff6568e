package facteur.mta.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;

import facteur.mail.outcome.Evidence;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What recent attempts taught about hosts. Any thread.
 *
 * <pre>
 *   (unknown) -failed-> Down for 2 s -time passed, first who asks-> Probed -failed-> Down for twice as long
 *       ^                                                             |  |           (5 min at most)
 *       +------------------------------ worked -----------------------+  +-no outcome in 30 s-> the next may probe
 * </pre>
 *
 * Failures of connections that were begun before the host was known to be down say nothing new: the
 * pause grows by probes only, and there is one at a time.
 */
public final class HostMemory {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** As long as connecting may take; a probe without an outcome by then is ignored. */
    static final Duration PROBE = Duration.ofSeconds(30);

    // A probe mostly ends sooner: those who wait for its outcome look again.
    static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** How long an address that was overtaken by another of its host comes last. */
    static final Duration OVERTAKEN = Duration.ofMinutes(2);

    // Three of the longest pauses: unused for that long, a host starts afresh.
    private static final Duration FORGOTTEN = LONGEST_PAUSE.multipliedBy(3);
    static final Duration HELO_ONLY = Duration.ofDays(3);
    private static final int REMEMBERED = 65_536;

    private final Ticker ticker;
    private final Cache<Way, Failure> failures;
    private final Cache<InetAddress, Duration> avoided;
    private final Cache<InetAddress, Boolean> heloOnly;
    private final HabitMemory habits;
    // As many as there are connections.
    private final Map<Way, Integer> sessions = new ConcurrentHashMap<>();

    /**
     * From one of our addresses to one of a host: what is refused to one source may be open to
     * another.
     *
     * @param from empty where the system chooses
     */
    public record Way(Optional<InetAddress> from, InetAddress to) {}

    /** Whether a host may be contacted. */
    public sealed interface Leave {
        /**
         * @param probe whether others wait for what comes of it, which must be told
         */
        record Granted(boolean probe) implements Leave {}

        /**
         * @param why it failed last
         * @param again how long until a walk may probe it
         */
        record Down(Evidence why, Duration again) implements Leave {}
    }

    /**
     * @param until no walk contacts the host before, by the ticker
     * @param probedSince when the probe began that has no outcome yet
     */
    private record Failure(Evidence why, Duration pause, long until, Optional<Long> probedSince) {}

    /**
     * @param ticker nanoseconds
     */
    public HostMemory(Ticker ticker) {
        this.ticker = ticker;
        failures = remembered(ticker).expireAfterWrite(FORGOTTEN).build();
        avoided =
                remembered(ticker)
                        .expireAfter(Expiry.<InetAddress, Duration>writing((_, time) -> time))
                        .build();
        heloOnly = remembered(ticker).expireAfterWrite(HELO_ONLY).build();
        habits = new HabitMemory(ticker);
    }

    private static Caffeine<Object, Object> remembered(Ticker ticker) {
        return Caffeine.newBuilder().maximumSize(REMEMBERED).ticker(ticker);
    }

    /** Asks to contact a host; with a probe granted, others are turned away until it ends. */
    public Leave ask(Way way) {
        long now = ticker.read();
        Leave[] answer = {new Leave.Granted(false)};
        failures.asMap()
                .computeIfPresent(
                        way,
                        (_, failure) -> {
                            Duration left = left(failure, now);
                            boolean mayProbe = left.isZero();
                            answer[0] =
                                    mayProbe
                                            ? new Leave.Granted(true)
                                            : new Leave.Down(failure.why(), left);
                            return mayProbe ? probed(failure, Optional.of(now)) : failure;
                        });
        return answer[0];
    }

    private static Failure probed(Failure failure, Optional<Long> since) {
        return new Failure(failure.why(), failure.pause(), failure.until(), since);
    }

    private static Duration left(Failure failure, long now) {
        boolean probed =
                failure.probedSince().filter(since -> now - since < PROBE.toNanos()).isPresent();
        return probed ? LOOK_AGAIN : Duration.ofNanos(Math.max(0, failure.until() - now));
    }

    /**
     * The host could not be reached, or did not want to talk. One that answers and talks to us on
     * other connections has only had enough of them.
     *
     * @param probe whether this was granted as one
     */
    public void failed(Way way, boolean probe, Evidence why) {
        if (why instanceof Evidence.Answered && sessions.getOrDefault(way, 0) > 0) {
            released(way, probe);
            return;
        }
        long now = ticker.read();
        failures.asMap()
                .compute(
                        way,
                        (_, known) -> {
                            if (known == null) {
                                return down(why, FIRST_PAUSE, now);
                            }
                            return probe ? down(why, longer(known.pause()), now) : known;
                        });
    }

    private static Failure down(Evidence why, Duration pause, long now) {
        return new Failure(why, pause, now + pause.toNanos(), Optional.empty());
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** What was granted did not take place: another may probe. */
    public void released(Way way, boolean probe) {
        if (probe) {
            failures.asMap()
                    .computeIfPresent(way, (_, failure) -> probed(failure, Optional.empty()));
        }
    }

    /** A session with the host is ready. */
    public void worked(Way way) {
        failures.invalidate(way);
        sessions.merge(way, 1, Integer::sum);
    }

    /** A session with the host has ended. */
    public void ended(Way way) {
        sessions.computeIfPresent(way, (_, open) -> open > 1 ? open - 1 : null);
    }

    /** The host failed in the middle of a message: for a while others come first. */
    public void avoid(InetAddress address, Duration time) {
        avoided.put(address, time);
    }

    public boolean isAvoided(InetAddress address) {
        return avoided.getIfPresent(address) != null;
    }

    /** Which send modes hosts support in practice. */
    HabitMemory habits() {
        return habits;
    }

    /** The host hangs up on EHLO. */
    void knowsOnlyHelo(InetAddress address) {
        heloOnly.put(address, true);
    }

    boolean isHeloOnly(InetAddress address) {
        return heloOnly.getIfPresent(address) != null;
    }
}
