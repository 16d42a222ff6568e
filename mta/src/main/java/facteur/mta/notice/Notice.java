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
 * @param whole whether {@code returned} is all of it
 * @param retryUntil when it would be given up, for a delay
 */
record Notice(
        MailId id,
        Instant at,
        String hostname,
        Action action,
        SubmissionEvent.Accepted about,
        DeliveryEvent.Ruled ruling,
        byte[] returned,
        boolean whole,
        Optional<Instant> retryUntil) {}
