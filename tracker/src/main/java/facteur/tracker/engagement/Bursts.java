package facteur.tracker.engagement;

import facteur.mail.message.RecipientId;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Notices a machine that sweeps the links of a message: three different ones from one source within
 * a second. What it did before it was noticed is revised. Sources are kept in memory, for a minute
 * at most and as a fingerprint, and never written.
 */
final class Bursts {
    static final Duration WITHIN = Duration.ofSeconds(1);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final int NONE = -1;

    private final Fingerprints fingerprints;
    // Recipients, not clicks: a sweep of ten links each at 5 000 clicks a second fills it in a
    // minute.
    private final RecentFingerprints recentFingerprints = new RecentFingerprints(1 << 15);
    // By place: the first two links, and whether there was one more.
    private final int[] one = new int[recentFingerprints.most()];
    private final int[] other = new int[recentFingerprints.most()];
    private final boolean[] isBurst = new boolean[recentFingerprints.most()];

    Bursts(Fingerprints fingerprints) {
        this.fingerprints = fingerprints;
    }

    /** Whether the source is known to sweep the links of this recipient's copy. */
    boolean isKnown(RecipientId recipient, InetAddress client, Instant at) {
        forget(at.toEpochMilli() - KEPT.toMillis());
        int known = recentFingerprints.find(fingerprints.of(recipient, client));
        return known != RecentFingerprints.ABSENT && isBurst[known];
    }

    /**
     * From when on the hits of this recipient are a machine's, told by the click that gives it
     * away; empty when this click gives no reason to think so, or the source {@link #isKnown}.
     */
    Optional<Instant> clicked(RecipientId recipient, InetAddress client, int link, Instant at) {
        long now = at.toEpochMilli();
        forget(now - KEPT.toMillis());
        int place = place(fingerprints.of(recipient, client), link, now);
        if (isBurst[place]) {
            return Optional.empty();
        }
        if (link != one[place] && other[place] == NONE) {
            other[place] = link;
        }
        isBurst[place] |= link != one[place] && link != other[place];
        return isBurst[place]
                ? Optional.of(Instant.ofEpochMilli(recentFingerprints.at(place)))
                : Optional.empty();
    }

    private int place(long print, int link, long now) {
        int known = recentFingerprints.find(print);
        if (known != RecentFingerprints.ABSENT) {
            if (isBurst[known] || now - recentFingerprints.at(known) <= WITHIN.toMillis()) {
                return known;
            }
            recentFingerprints.forget(known);
        }
        if (recentFingerprints.isFull()) {
            recentFingerprints.forgetOldest();
        }
        int place = recentFingerprints.add(print, now);
        one[place] = link;
        other[place] = NONE;
        isBurst[place] = false;
        return place;
    }

    private void forget(long since) {
        while (recentFingerprints.oldest() != RecentFingerprints.ABSENT
                && recentFingerprints.at(recentFingerprints.oldest()) <= since) {
            recentFingerprints.forgetOldest();
        }
    }
}
