package facteur.message.control;

import facteur.mail.message.MailId;
import facteur.mail.message.TrackingMode;

import java.time.Instant;

/**
 * How a message came in: what its Received field tells, and what may be recorded.
 *
 * @param hostname our own name
 * @param helo what the client called itself, as given
 * @param client the client's address
 * @param protocol registered name (RFC 3848, RFC 6531 4.3): {@code ESMTP}, {@code ESMTPSA}, {@code
 *     UTF8SMTPSA}, ...
 * @param mode the most that may be recorded of readers
 */
public record Arrival(
        MailId id,
        Instant at,
        String hostname,
        String helo,
        String client,
        String protocol,
        TrackingMode mode) {}
