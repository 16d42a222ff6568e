package facteur.store.query;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

import java.util.List;
import java.util.Optional;

/** Questions about messages, their recipients, and what happened to them. */
public interface MessageQueries {
    Optional<AcceptedMessage> find(MailId id);

    /**
     * A page of messages, the newest first.
     *
     * @param before the last message of the page before
     */
    List<AcceptedMessage> page(Optional<MailId> before, int limit);

    /**
     * Messages whose Message-ID field is {@code field}, with its brackets; the newest first. One
     * more row is read for each message whose field only has the same hash.
     */
    List<AcceptedMessage> withMessageId(String field, int limit);

    Optional<MessageRecipient> recipient(RecipientId id);

    /** Recipients of a message, in the order of its envelope, from {@code index} on. */
    List<MessageRecipient> recipients(MailId message, int index, int limit);

    /**
     * One page of a search, the newest first. So many rows are looked at for a page at most that a
     * page may be short and still name a next one.
     *
     * @param before the {@code next} of the page before
     */
    SearchCriteria.Page search(
            SearchCriteria searchCriteria, Optional<RecipientId> before, int limit);

    /** The first page of what happened to a recipient, and to the message as a whole. */
    default Timeline timeline(RecipientId id) {
        return timeline(id, Optional.empty(), Timeline.PAGE);
    }

    /**
     * What happened to a recipient, and to the message as a whole, in order.
     *
     * @param after the {@code next} of the page before; from the beginning when it is none
     */
    Timeline timeline(RecipientId id, Optional<String> after, int limit);

    /** Whether a report with this id came for a recipient. */
    boolean hasReport(RecipientId id, String reportId);

    /**
     * Whether so much came back for a recipient that more tells nothing: whoever has the mail can
     * send reports of it for ever. 50 rows are read at most.
     */
    boolean hasManyReports(RecipientId id);

    /** Whether the sender was told of a recipient's delivery in this way. */
    boolean wasNotified(RecipientId id, String action);
}
