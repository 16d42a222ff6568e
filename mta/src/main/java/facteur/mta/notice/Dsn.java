package facteur.mta.notice;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;

import java.time.Instant;
import java.util.Optional;

/**
 * What a notice tells.
 *
 * @param id of the notice itself
 * @param about the message that it is about
 * @param returned that message, or its header
 * @param global whether it may have more than ASCII, as one to an address beyond ASCII must (RFC
 *     6533); any other is ASCII from its first octet to the last, and so gets through to any host
 * @param retryUntil when it would be given up, for a delay
 */
record Dsn(
        MailId id,
        Instant at,
        String hostname,
        DsnAction action,
        SubmissionEvent.Accepted about,
        DeliveryEvent.Ruled ruling,
        ReturnedContent returned,
        boolean global,
        Optional<Instant> retryUntil) {}
