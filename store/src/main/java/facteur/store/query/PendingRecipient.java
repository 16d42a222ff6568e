package facteur.store.query;

import facteur.mail.address.Address;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Position;

import java.time.Instant;

/**
 * A recipient who is still owed a delivery: what the queue must know of it after a restart.
 *
 * @param position of its message in the journal
 * @param campaign name, or empty
 * @param pool of sources that the message asked for, or empty
 * @param nextTry when it is due; the time of acceptance when it was never tried
 * @param attempts tries so far
 * @param handed whether a host was given its copy: then the journal tells how it was made
 */
public record PendingRecipient(
        RecipientId id,
        Position position,
        Address address,
        String credential,
        String campaign,
        String pool,
        boolean transactional,
        Instant nextTry,
        int attempts,
        boolean handed) {}
