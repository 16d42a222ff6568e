package facteur.tracker.engagement;

import facteur.mail.message.RecipientId;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Notices a machine that sweeps the links of a message: three different ones from one source within
 * a second. What it did before it was noticed is revised. Sources are kept in memory, for a minute
 * at most, and never written.
 */
public final class Bursts {
    static final int LINKS = 3;
    static final Duration WITHIN = Duration.ofSeconds(1);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final int MOST = 100_000;

    private final Map<Source, Seen> seen = new LinkedHashMap<>();

    private record Source(RecipientId recipient, InetAddress client) {}

    private static final class Seen {
        final Instant first;
        final Set<Integer> links = new HashSet<>();
        boolean isBurst;

        Seen(Instant first) {
            this.first = first;
        }
    }

    /**
     * From when on the hits of this recipient are a machine's; empty when this click gives no
     * reason to think so.
     */
    public Optional<Instant> clicked(
            RecipientId recipient, InetAddress client, int link, Instant at) {
        forget(at);
        Source source = new Source(recipient, client);
        Seen known = seen.get(source);
        if (known == null
                || (!known.isBurst && Duration.between(known.first, at).compareTo(WITHIN) > 0)) {
            known = new Seen(at);
            seen.remove(source);
            seen.put(source, known);
        }
        known.links.add(link);
        known.isBurst |= known.links.size() >= LINKS;
        return known.isBurst ? Optional.of(known.first) : Optional.empty();
    }

    private void forget(Instant now) {
        var oldest = seen.entrySet().iterator();
        while (oldest.hasNext()) {
            Seen first = oldest.next().getValue();
            if (seen.size() <= MOST && Duration.between(first.first, now).compareTo(KEPT) < 0) {
                return;
            }
            oldest.remove();
        }
    }
}
