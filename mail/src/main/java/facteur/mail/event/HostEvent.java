package facteur.mail.event;

import java.time.Instant;

/**
 * What was learnt of a host that takes mail, to be remembered over restarts. Told when it changes
 * and once a day at most while it stays, not for each session.
 */
public sealed interface HostEvent extends Event {
    /** Name of the host. */
    String host();

    /**
     * The host does TLS with us.
     *
     * @param protocol and cipher of the session that showed it
     */
    record TlsWorked(String host, Instant at, String protocol) implements HostEvent {}

    /**
     * TLS with the host fails.
     *
     * @param since when that began
     * @param tries that failed, those of one moment counted once
     * @param inClear whether mail to it goes in clear text for that
     * @param cause how it failed last
     */
    record TlsFailed(
            String host, Instant at, Instant since, int tries, boolean inClear, String cause)
            implements HostEvent {}
}
