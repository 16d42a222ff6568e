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

/** What recent attempts taught about hosts. */
public final class HostMemory {
    static final Duration DEAD = Duration.ofMinutes(2);
    static final Duration BROKEN_TLS = Duration.ofDays(3);
    static final Duration SWALLOWS = Duration.ofDays(3);
    private static final int REMEMBERED = 65_536;

    private final Cache<InetAddress, Evidence> dead;
    private final Cache<InetAddress, Duration> avoided;
    private final Cache<InetAddress, Boolean> brokenTls;
    private final Cache<InetAddress, Boolean> swallowing;
    // As many as there are connections.
    private final Map<InetAddress, Integer> sessions = new ConcurrentHashMap<>();

    public HostMemory(Ticker ticker) {
        dead = remembered(ticker).expireAfterWrite(DEAD).build();
        avoided =
                remembered(ticker)
                        .expireAfter(Expiry.<InetAddress, Duration>writing((_, time) -> time))
                        .build();
        swallowing = remembered(ticker).expireAfterWrite(SWALLOWS).build();
        brokenTls = remembered(ticker).expireAfterWrite(BROKEN_TLS).build();
    }

    private static Caffeine<Object, Object> remembered(Ticker ticker) {
        return Caffeine.newBuilder().maximumSize(REMEMBERED).ticker(ticker);
    }

    /** The host offers PIPELINING, and loses what is sent behind a final dot. */
    public void swallowed(InetAddress address) {
        swallowing.put(address, true);
    }

    public boolean isSwallowing(InetAddress address) {
        return swallowing.getIfPresent(address) != null;
    }

    /**
     * The host could not be reached, or did not want to talk. One that answers and talks to us on
     * other connections has only had enough of them.
     */
    public void failed(InetAddress address, Evidence why) {
        if (why instanceof Evidence.Failed || sessions.getOrDefault(address, 0) == 0) {
            dead.put(address, why);
        }
    }

    /** The host failed in the middle of a message: for a while others come first. */
    public void avoid(InetAddress address, Duration time) {
        avoided.put(address, time);
    }

    public boolean isAvoided(InetAddress address) {
        return avoided.getIfPresent(address) != null;
    }

    /** A session with the host has ended. */
    public void ended(InetAddress address) {
        sessions.computeIfPresent(address, (_, open) -> open > 1 ? open - 1 : null);
    }

    /** Why the host is not worth another try now. */
    public Optional<Evidence> failure(InetAddress address) {
        return Optional.ofNullable(dead.getIfPresent(address));
    }

    /** A session with the host is ready. */
    public void worked(InetAddress address) {
        dead.invalidate(address);
        sessions.merge(address, 1, Integer::sum);
    }

    /** The host offers TLS and cannot do it. */
    public void tlsBroke(InetAddress address) {
        brokenTls.put(address, true);
    }

    public boolean isTlsBroken(InetAddress address) {
        return brokenTls.getIfPresent(address) != null;
    }
}
