package facteur.store.query;

import facteur.mail.address.AddressKey;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Status;

import java.util.List;
import java.util.Optional;

/** Questions about contacts, and about what they show in campaigns. */
public interface ContactQueries {
    Optional<Contact> find(long id);

    Optional<Contact> find(AddressKey key);

    /**
     * A page of contacts whose address begins with {@code prefix}, by address.
     *
     * @param after the last address of the page before
     */
    List<Contact> page(String prefix, Optional<AddressKey> after, int limit);

    /**
     * A page of what was sent to a contact, the newest first.
     *
     * @param before the last recipient of the page before
     */
    List<MessageRecipient> messages(long contact, Optional<RecipientId> before, int limit);

    /** What a contact allows, and the little that is kept where not more is allowed. */
    Optional<Readership> readership(long contact);

    /**
     * What each contact shows in each campaign, contact by contact: the best engagement over the
     * latest 200 messages of the campaign, else the status of the newest; empty when none was sent.
     */
    List<List<Optional<Status>>> cells(List<Long> contacts, List<Long> campaigns, boolean robots);

    /**
     * Of some recipients of a campaign those by whom their contacts are shown there, see {@link
     * #cells}: of each contact one. Who was forgotten is left out.
     */
    List<MessageRecipient> leading(
            long campaign, boolean robots, List<MessageRecipient> recipients);
}
