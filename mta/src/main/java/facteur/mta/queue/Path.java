package facteur.mta.queue;

import facteur.mail.outcome.Evidence;
import facteur.mta.egress.EgressSource;
import facteur.mta.shaping.Shaper;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One source towards one site: who waits, and the sessions. Owned by the queue's thread. */
final class Path {
    final Site site;
    final EgressSource source;
    final Shaper shaper;
    final Lanes waiting = new Lanes();
    final Set<Courier> sessions = new HashSet<>();
    final Deque<Courier> idle = new ArrayDeque<>();
    int opening;
    // What it waits for before it may open another connection, besides its own limits.
    Optional<Crowd> crowd = Optional.empty();
    // How often in a row the site refused us at the door.
    int knocks;
    // When a connection may be opened again, where all hosts are known to be down.
    Instant hostsAgain = Instant.EPOCH;
    // When it is next looked at; in the past when nothing is planned.
    Instant wakesAt = Instant.EPOCH;
    Optional<Evidence> lastSaid = Optional.empty();
    long delivered;

    Path(Site site, EgressSource source, Shaper shaper) {
        this.site = site;
        this.source = source;
        this.shaper = shaper;
    }

    /** Connections that the site has of us, or is about to have. */
    int open() {
        return sessions.size() + opening;
    }

    /** What the site last said, for people. */
    String lastReply() {
        return lastSaid.map(Evidence::toString).orElse("");
    }

    boolean isSuspended(Instant now) {
        return shaper.suspendedUntil().isAfter(now);
    }

    boolean isForgettable(Instant now) {
        return waiting.size() == 0 && open() == 0 && !isSuspended(now);
    }
}
