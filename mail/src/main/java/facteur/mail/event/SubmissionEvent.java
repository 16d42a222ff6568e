package facteur.mail.event;

import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;

import java.time.Instant;

/** An application handed something over. */
public sealed interface SubmissionEvent extends Event {
    /**
     * A message was accepted; its bytes stand in the same journal record.
     *
     * @param credential user name of the credential
     * @param client address of the client, for the timeline
     * @param size octets of the message as stored
     */
    record Accepted(
            MailId message,
            Instant at,
            String credential,
            String client,
            Envelope envelope,
            MessageFacts facts,
            Handling handling,
            long size)
            implements SubmissionEvent {}
}
