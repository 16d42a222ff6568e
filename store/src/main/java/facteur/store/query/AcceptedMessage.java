package facteur.store.query;

import facteur.mail.event.SubmissionEvent;
import facteur.store.journal.Position;

/**
 * One accepted message.
 *
 * @param position where its octets are, as long as they are kept
 * @param campaign 0 for none
 * @param recipients how many there are
 * @param accepted its event, without the recipients of the envelope
 */
public record AcceptedMessage(
        Position position, long campaign, int recipients, SubmissionEvent.Accepted accepted) {}
