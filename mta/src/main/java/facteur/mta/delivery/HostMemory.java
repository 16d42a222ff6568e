package facteur.mta.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import facteur.mail.outcome.Evidence;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** What recent attempts taught about hosts. */
public final class HostMemory {
    static final Duration DEAD = Duration.ofMinutes(2);
    static final Duration BROKEN_TLS = Duration.ofDays(3);
    private static final int REMEMBERED = 65_536;

    private final Cache<InetAddress, Evidence> dead;
    private final Cache<InetAddress, Boolean> brokenTls;

    public HostMemory(Ticker ticker) {
        dead =
                Caffeine.newBuilder()
                        .maximumSize(REMEMBERED)
                        .expireAfterWrite(DEAD)
                        .ticker(ticker)
                        .build();
        brokenTls =
                Caffeine.newBuilder()
                        .maximumSize(REMEMBERED)
                        .expireAfterWrite(BROKEN_TLS)
                        .ticker(ticker)
                        .build();
    }

    /** The host could not be reached, or did not want to talk. */
    public void failed(InetAddress address, Evidence why) {
        dead.put(address, why);
    }

    /** Why the host is not worth another try now. */
    public Optional<Evidence> failure(InetAddress address) {
        return Optional.ofNullable(dead.getIfPresent(address));
    }

    public void worked(InetAddress address) {
        dead.invalidate(address);
    }

    /** The host offers TLS and cannot do it. */
    public void tlsBroke(InetAddress address) {
        brokenTls.put(address, true);
    }

    public boolean isTlsBroken(InetAddress address) {
        return brokenTls.getIfPresent(address) != null;
    }
}
