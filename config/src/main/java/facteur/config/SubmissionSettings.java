package facteur.config;

import facteur.config.unit.ByteSize;
import facteur.config.unit.Endpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How applications hand in mail.
 *
 * @param maxMessageSize announced by SIZE (RFC 1870)
 * @param requireAuth whether MAIL is refused before AUTH
 * @param requireTlsForAuth whether AUTH is offered only under TLS
 * @param maxRecipients per transaction
 * @param maxConnections all listeners together
 * @param maxConnectionsPerClient from one address; the address that a PROXY header names counts
 * @param trustLoopback whether a client on this machine may submit without AUTH
 * @param spool where programs of this machine leave mail; empty: {@code spool} in the data
 *     directory
 */
public record SubmissionSettings(
        List<ListenerSettings> listeners,
        ByteSize maxMessageSize,
        boolean requireAuth,
        boolean requireTlsForAuth,
        int maxRecipients,
        int maxConnections,
        int maxConnectionsPerClient,
        boolean trustLoopback,
        Optional<Path> spool) {
    public static final SubmissionSettings DEFAULTS =
            new SubmissionSettings(
                    // Not 25 or 587: those take a decision, and often a privilege.
                    List.of(
                            new ListenerSettings(
                                    Endpoint.loopback(2525),
                                    ListenerTls.STARTTLS,
                                    false,
                                    ListenerSettings.PROXIES)),
                    ByteSize.ofMebibytes(25), // what the large providers take
                    true, // an open relay is found within hours
                    true, // passwords in the clear are read
                    1000, // RFC 5321 4.5.3.1.8 asks for at least 100; list software sends up to
                    // 1000
                    1000, // a pool of 50 from each of 20 applications
                    200, // a few pools behind one address; keeps one client from taking all
                    false, // any user of the machine could send as anybody
                    Optional.empty()); // where only the owner of the data directory leaves any

    public SubmissionSettings {
        listeners = List.copyOf(listeners);
    }

    /** Where programs of this machine leave mail, when nothing else is said. */
    public static Path spoolBelow(Path dataDir) {
        return dataDir.resolve("spool");
    }

    /** The same with other listeners. */
    public SubmissionSettings withListeners(List<ListenerSettings> other) {
        return new SubmissionSettings(
                other,
                maxMessageSize,
                requireAuth,
                requireTlsForAuth,
                maxRecipients,
                maxConnections,
                maxConnectionsPerClient,
                trustLoopback,
                spool);
    }
}
