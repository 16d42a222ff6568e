package facteur.store.query;

import facteur.mail.message.RecipientId;

import java.util.Optional;

/**
 * One recipient of one message, as lists show it.
 *
 * @param contact empty while its message is unknown
 */
public record MessageRecipient(RecipientId id, RecipientState state, Optional<Contact> contact) {}
