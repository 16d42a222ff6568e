package facteur.mta.smtpd;

import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param beforeUse from the connection until the client does what it came for, in all
 * @param command of silence between commands (RFC 5321 4.5.3.2.7)
 * @param content of silence within content (RFC 5321 4.5.3.2.5)
 * @param session in all, once it does what it came for
 */
public record Timeouts(Duration beforeUse, Duration command, Duration content, Duration session) {
    /** For a TLS handshake. */
    public static final Duration HANDSHAKE = Duration.ofSeconds(30);

    private static final Duration BEFORE_USE = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofMinutes(5);
    private static final Duration CONTENT = Duration.ofMinutes(3);

    /** A client that has anything to send logs in at once, and may go on for an hour. */
    public static final Timeouts SUBMISSION =
            new Timeouts(BEFORE_USE, COMMAND, CONTENT, Duration.ofHours(1));

    /** One returned mail takes seconds; a client that stays for half an hour brings none. */
    public static final Timeouts RETURNED_MAIL =
            new Timeouts(BEFORE_USE, COMMAND, CONTENT, Duration.ofMinutes(30));
}
