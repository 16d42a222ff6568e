package facteur.mta.submission;

import facteur.mail.message.Envelope;

/**
 * A message that begins to arrive.
 *
 * @param client address of the client
 * @param helo what it called itself
 * @param protocol registered name of how it came, such as {@code ESMTPSA} (RFC 3848)
 */
public record Draft(
        Credential credential, Envelope envelope, String client, String helo, String protocol) {}
