package facteur.store.view;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.fold.Keys;
import facteur.store.fold.MessageRow;
import facteur.store.fold.RecipientMarks;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.Table;
import facteur.store.fold.TablePage;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.MessageQueries;
import facteur.store.query.MessageRecipient;
import facteur.store.query.SearchCriteria;
import facteur.store.query.Timeline;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Messages and recipients lie by id, and so by time; timelines and marks lie under their recipient.
 */
final class MessageViews implements MessageQueries {
    private static final int MOST_REPORTS = 50;

    /** Octets of the hash that the keys of Message-ID fields begin with. */
    private static final int HASH = 8;

    private final ViewReader reader;

    MessageViews(ViewReader reader) {
        this.reader = reader;
    }

    @Override
    public Optional<AcceptedMessage> find(MailId id) {
        return reader.read(rows -> MessageRow.find(rows, id));
    }

    @Override
    public List<AcceptedMessage> page(Optional<MailId> before, int limit) {
        byte[] end = before.map(Keys::message).orElseGet(() -> Keys.behind(new byte[] {0x7f}));
        return reader.read(
                rows ->
                        TablePage.backward(
                                rows,
                                Table.MESSAGES,
                                new byte[0],
                                end,
                                limit,
                                (_, value) -> Optional.of(MessageRow.decode(value))));
    }

    @Override
    public List<AcceptedMessage> withMessageId(String field, int limit) {
        byte[] prefix = Keys.messageId(field);
        return reader.read(
                rows ->
                        TablePage.backward(
                                rows,
                                Table.MESSAGE_IDS,
                                prefix,
                                Keys.behind(prefix),
                                limit,
                                (key, _) ->
                                        MessageRow.find(
                                                        rows,
                                                        new MailId(
                                                                ByteBuffer.wrap(key).getLong(HASH)))
                                                .filter(m -> isNamed(m, field))));
    }

    private static boolean isNamed(AcceptedMessage message, String field) {
        return message.accepted().facts().messageId().equals(field);
    }

    @Override
    public Optional<MessageRecipient> recipient(RecipientId id) {
        return reader.read(rows -> RecipientJoin.find(rows, id));
    }

    @Override
    public List<MessageRecipient> recipients(MailId message, int index, int limit) {
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.RECIPIENTS,
                                Keys.message(message),
                                Keys.recipient(message.recipient(index)),
                                limit,
                                (key, value) ->
                                        Optional.of(
                                                RecipientJoin.of(
                                                        rows,
                                                        Keys.recipient(key, 0),
                                                        RecipientRow.decode(value)))));
    }

    @Override
    public SearchCriteria.Page search(
            SearchCriteria searchCriteria, Optional<RecipientId> before, int limit) {
        return reader.read(rows -> new RecipientSearch(rows, searchCriteria).page(before, limit));
    }

    @Override
    public Timeline timeline(RecipientId id, Optional<String> after, int limit) {
        return reader.read(rows -> TimelinePage.of(rows, id, after, limit));
    }

    @Override
    public boolean hasReport(RecipientId id, String reportId) {
        return has(RecipientMarks.report(id, reportId));
    }

    @Override
    public boolean hasManyReports(RecipientId id) {
        byte[] prefix = Keys.recipient(id);
        return reader.read(
                                rows ->
                                        TablePage.forward(
                                                rows,
                                                Table.MARKS,
                                                prefix,
                                                prefix,
                                                MOST_REPORTS,
                                                (key, _) -> Optional.of(key)))
                        .size()
                >= MOST_REPORTS;
    }

    @Override
    public boolean wasNotified(RecipientId id, String action) {
        return has(RecipientMarks.notice(id, action));
    }

    private boolean has(byte[] mark) {
        return reader.read(rows -> rows.get(Table.MARKS, mark).isPresent());
    }
}
