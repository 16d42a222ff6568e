package facteur.mta.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import facteur.mail.address.Domain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether the DNS is believed when it says that a domain does not exist.
 *
 * <p>A name may be gone for minutes while a zone is changed, so it is asked for three times with at
 * least ten minutes in between. And a resolver that loses its way to the root, or is somebody
 * else's who filters, denies everything: when domains that had hosts lately are denied together,
 * and more of them than are found, it is not the domains that have gone.
 *
 * <p>The time is an argument: nanoseconds of a ticker. Any thread.
 */
final class MissingDomains {
    static final int LOOKUPS = 3;
    static final Duration APART = Duration.ofMinutes(10);
    static final int TOGETHER = 3;
    static final Duration LATELY = Duration.ofMinutes(10);
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final int REMEMBERED = 65_536;
    // Of those that had hosts lately: enough to tell an outage.
    private static final int WATCHED = 1_000;

    private final Cache<Domain, Missing> missing;
    // The last answer for each domain that had hosts lately, the oldest first.
    private final Map<Domain, Answer> answers = new LinkedHashMap<>();

    private record Missing(int lookups, long counted) {}

    private record Answer(boolean found, long at) {}

    /** What a denial is worth. */
    enum Worth {
        /** It is asked again before it is believed. */
        HEARD,
        BELIEVED,
        /** It is our resolver. */
        DOUBTED
    }

    MissingDomains(Ticker ticker) {
        this.missing =
                Caffeine.newBuilder()
                        .maximumSize(REMEMBERED)
                        .expireAfterWrite(FORGOTTEN)
                        .executor(Runnable::run)
                        .ticker(ticker)
                        .build();
    }

    /**
     * The DNS denies a domain.
     *
     * @param known whether it had hosts lately
     */
    synchronized Worth denied(Domain domain, boolean known, long now) {
        if (known) {
            answered(domain, false, now);
        }
        if (gone(now) > 0) {
            return Worth.DOUBTED;
        }
        Missing before = missing.getIfPresent(domain);
        Missing after = heard(before == null ? new Missing(0, now - APART.toNanos()) : before, now);
        missing.put(domain, after);
        return after.lookups() >= LOOKUPS ? Worth.BELIEVED : Worth.HEARD;
    }

    private static Missing heard(Missing before, long now) {
        boolean apart = now - before.counted() >= APART.toNanos();
        return apart ? new Missing(before.lookups() + 1, now) : before;
    }

    /** The DNS knows a domain. */
    synchronized void found(Domain domain, boolean known, long now) {
        missing.invalidate(domain);
        if (known) {
            answered(domain, true, now);
        }
    }

    private void answered(Domain domain, boolean found, long now) {
        answers.remove(domain);
        answers.put(domain, new Answer(found, now));
        if (answers.size() > WATCHED) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    /** Domains that had hosts lately and are denied together; 0 while the resolver is believed. */
    synchronized int gone(long now) {
        answers.values().removeIf(answer -> now - answer.at() >= LATELY.toNanos());
        int found = (int) answers.values().stream().filter(Answer::found).count();
        int gone = answers.size() - found;
        return gone >= TOGETHER && gone > found ? gone : 0;
    }
}
