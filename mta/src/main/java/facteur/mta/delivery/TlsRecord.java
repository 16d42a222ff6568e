package facteur.mta.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of TLS with one host, and what follows for a host that is not required to do it.
 *
 * <p>Whoever can cut a connection can make a handshake fail, so a failure is no reason to show the
 * mail to him: it goes to another host, or waits. In clear text it goes only to a host that has not
 * done TLS with us in a month, and has failed several times over more than an hour; a day later TLS
 * is tried again.
 *
 * <pre>
 *   (nothing) -failed-> failing -3 tries, 1 h, no TLS in 30 d-> in clear -a day passed-> one try with TLS
 *       ^                  |                                        ^                       |    |
 *       +---- worked ------+                                        +------- failed --------+    |
 *       +------------------------------------ worked ---------------------------------------------+
 * </pre>
 *
 * @param worked when TLS was last known to work
 */
record TlsRecord(Optional<Instant> worked, Optional<Failing> failing) {
    static final Duration TRUSTED = Duration.ofDays(30);
    static final Duration PERSISTENT = Duration.ofHours(1);
    static final int TRIES = 3;

    /** Failures closer than this are one: many sessions meet the same moment. */
    static final Duration MOMENT = Duration.ofMinutes(5);

    static final Duration TRIED_AGAIN = Duration.ofDays(1);

    static final TlsRecord NOTHING = new TlsRecord(Optional.empty(), Optional.empty());

    /**
     * @param last when it last failed
     * @param tries that failed, those of one moment counted once
     */
    record Failing(Instant since, Instant last, int tries, String cause) {}

    /** How to talk to the host. */
    enum Choice {
        /** With TLS if it is offered; it was not known to do it lately. */
        OFFERED,
        /** With TLS if it is offered; that it cannot be begun is a failure. */
        EXPECTED,
        CLEAR
    }

    Choice choice(Instant now) {
        if (isTrusted(now)) {
            return Choice.EXPECTED;
        }
        return isGivenUp() && isRecent(now) ? Choice.CLEAR : Choice.OFFERED;
    }

    private boolean isTrusted(Instant now) {
        return worked.filter(at -> at.plus(TRUSTED).isAfter(now)).isPresent();
    }

    private boolean isRecent(Instant now) {
        return failing.filter(f -> f.last().plus(TRIED_AGAIN).isAfter(now)).isPresent();
    }

    private boolean isGivenUp() {
        return failing.filter(
                        f -> f.tries() >= TRIES && !f.since().plus(PERSISTENT).isAfter(f.last()))
                .isPresent();
    }

    /** Whether mail goes in clear text since TLS fails. */
    boolean isInClear(Instant now) {
        return isGivenUp() && !isTrusted(now);
    }

    /** What is known when this was recorded after that. */
    TlsRecord after(TlsRecord earlier) {
        return worked.isPresent() ? this : new TlsRecord(earlier.worked(), failing);
    }

    TlsRecord worked(Instant now) {
        return new TlsRecord(Optional.of(now), Optional.empty());
    }

    TlsRecord failed(Instant now, String cause) {
        // Failures of long ago that led to nothing are not added to.
        boolean begins = !isGivenUp() && !isRecent(now);
        if (begins) {
            return new TlsRecord(worked, Optional.of(new Failing(now, now, 1, cause)));
        }
        Failing known = failing.orElseThrow();
        boolean sameMoment = now.isBefore(known.last().plus(MOMENT));
        return sameMoment
                ? this
                : new TlsRecord(
                        worked,
                        Optional.of(new Failing(known.since(), now, known.tries() + 1, cause)));
    }
}
