package facteur.store.query;

import facteur.mail.message.RecipientId;

import java.time.Instant;

/**
 * What the tracker asks of a recipient who reads. Each answer takes a fixed number of rows, and is
 * asked where the recipient's events are folded: it is never gathered.
 */
public interface ReaderQueries {
    /** What is needed to classify a hit. */
    ReaderStanding standing(RecipientId id);

    /**
     * Whether a recipient unsubscribed by this message and the refusal still stands: then saying it
     * again changes nothing.
     */
    boolean isUnsubscribed(RecipientId id, Instant now);
}
