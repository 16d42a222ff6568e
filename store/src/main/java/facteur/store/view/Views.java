package facteur.store.view;

import facteur.mail.address.AddressKey;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.message.TrackingMode;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.mail.status.Status;
import facteur.store.fold.Keys;
import facteur.store.fold.MatrixCell;
import facteur.store.fold.MessageRow;
import facteur.store.fold.ReaderRow;
import facteur.store.fold.RecipientMarks;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.RecipientRow.Badge;
import facteur.store.fold.Rows;
import facteur.store.fold.SuppressionRow;
import facteur.store.fold.Table;
import facteur.store.query.CampaignQueries;
import facteur.store.query.Queries;
import facteur.store.query.QueueQueries;
import facteur.store.query.SuppressionQueries;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The read side. Lists come in pages: each is asked for after the last row of the page before. */
public final class Views implements Queries {
    private static final int MOST_REPORTS = 50;

    /** Of a contact's messages in a campaign so many decide what is shown of it there. */
    private static final int CELL_MESSAGES = 200;

    private final ViewReader reader;
    private final CampaignQueries campaigns;
    private final QueueQueries queue;
    private final SuppressionQueries suppressions;

    public Views(ViewReader reader) {
        this.reader = reader;
        this.campaigns = new CampaignViews(reader);
        this.queue = new QueueViews(reader);
        this.suppressions = new SuppressionViews(reader);
    }

    /** Of the instant of one transaction. */
    public Views(Rows rows) {
        this(new Within(rows));
    }

    /** Readings that see the same instant, and share one transaction. */
    public <T> T atOneInstant(Function<Views, T> readings) {
        return reader.read(rows -> readings.apply(new Views(rows)));
    }

    private record Within(Rows rows) implements ViewReader {
        @Override
        public <T> T read(Function<Rows, T> reading) {
            return reading.apply(rows);
        }
    }

    /** One page of a search, the newest first. */
    public SearchCriteria.Page search(
            SearchCriteria searchCriteria, Optional<RecipientId> before, int limit) {
        return reader.read(rows -> new RecipientSearch(rows, searchCriteria).page(before, limit));
    }

    /** Messages whose Message-ID field is {@code field}, with its brackets; the newest first. */
    public List<MessageRow> messagesByField(String field, int limit) {
        byte[] prefix = Keys.messageId(field);
        return reader.read(
                rows -> {
                    List<MessageRow> found = new ArrayList<>();
                    rows.scanBack(
                            Table.MESSAGE_IDS,
                            prefix,
                            Keys.behind(prefix),
                            (key, _) -> {
                                rows.get(Table.MESSAGES, Arrays.copyOfRange(key, 8, 16))
                                        .map(MessageRow::decode)
                                        .filter(m -> m.accepted().facts().messageId().equals(field))
                                        .ifPresent(found::add);
                                return found.size() < limit;
                            });
                    return found;
                });
    }

    /** What is needed to classify a hit of a recipient. */
    public Standing standing(RecipientId id) {
        return reader.read(
                rows -> {
                    Optional<RecipientRow> row =
                            rows.get(Table.RECIPIENTS, Keys.recipient(id))
                                    .map(RecipientRow::decode);
                    return new Standing(
                            row.map(RecipientRow::delivery)
                                    .filter(d -> d.state() == Delivery.State.DELIVERED)
                                    .map(Delivery::at),
                            rows.get(Table.MESSAGES, Keys.message(id.message()))
                                    .map(MessageRow::decode)
                                    .map(m -> m.accepted().facts().tracking().mode()),
                            row.flatMap(RecipientRow::origin)
                                    .flatMap(o -> reader(rows, o.contact()))
                                    .map(ReaderRow::isDeclined)
                                    .orElse(false),
                            row.map(RecipientRow::engagement).map(Views::hits).orElse(0L));
                });
    }

    private static long hits(Engagement engagement) {
        return (long) engagement.opens(true) + engagement.clicks(true);
    }

    /**
     * @param deliveredAt when the recipient's server took the message, where it is known that it
     *     did
     * @param mode how the message was to be tracked when it was accepted; empty once it is
     *     forgotten
     * @param declined whether the contact declined to be measured
     * @param hits of the recipient's copy so far, robots included
     */
    public record Standing(
            Optional<Instant> deliveredAt,
            Optional<TrackingMode> mode,
            boolean declined,
            long hits) {}

    /** What a contact allows, and the little that is kept where not more is allowed. */
    public Optional<ReaderRow> reader(long contact) {
        return reader.read(rows -> reader(rows, contact));
    }

    private static Optional<ReaderRow> reader(Rows rows, long contact) {
        return rows.get(Table.READERS, Keys.contact(contact)).map(ReaderRow::decode);
    }

    /**
     * Recipients of a campaign (0: mail without one) that show one of the statuses, status by
     * status, the newest message first.
     *
     * @param after the last recipient of the page before
     */
    public List<FoundRecipient> byStatus(
            long campaign,
            boolean robots,
            List<Status> statuses,
            Optional<FoundRecipient> after,
            int limit) {
        return reader.read(
                rows -> {
                    List<FoundRecipient> page = new ArrayList<>();
                    Optional<Status> resumed = after.map(last -> last.row().status(robots));
                    boolean passed = resumed.isEmpty();
                    for (Status status : statuses) {
                        boolean resumes = resumed.isPresent() && resumed.get() == status;
                        passed |= resumes;
                        if (passed && page.size() < limit) {
                            byte[] prefix = Keys.byStatus(campaign, robots, status);
                            byte[] before =
                                    resumes
                                            ? concat(
                                                    prefix,
                                                    Keys.recipient(after.orElseThrow().id()))
                                            : Keys.behind(prefix);
                            rows.scanBack(
                                    Table.BY_STATUS,
                                    prefix,
                                    before,
                                    (key, value) ->
                                            page.size() < limit
                                                    && page.add(
                                                            FoundRecipient.of(
                                                                    rows,
                                                                    Keys.recipient(
                                                                            key, prefix.length),
                                                                    ByteBuffer.wrap(value)
                                                                            .getLong())));
                        }
                    }
                    return page;
                });
    }

    public Optional<FoundRecipient> recipient(RecipientId id) {
        return reader.read(rows -> FoundRecipient.of(rows, id));
    }

    public Optional<MessageRow> message(MailId id) {
        return reader.read(
                rows -> rows.get(Table.MESSAGES, Keys.message(id)).map(MessageRow::decode));
    }

    /** Recipients of a message, in the order of its envelope, from {@code index} on. */
    public List<FoundRecipient> recipients(MailId message, int index, int limit) {
        return reader.read(
                rows -> {
                    List<FoundRecipient> page = new ArrayList<>();
                    rows.scan(
                            Table.RECIPIENTS,
                            Keys.message(message),
                            Keys.recipient(message.recipient(index)),
                            (key, value) -> {
                                RecipientRow row = RecipientRow.decode(value);
                                return page.size() < limit
                                        && page.add(
                                                new FoundRecipient(
                                                        Keys.recipient(key, 0),
                                                        row,
                                                        FoundContact.of(rows, row)));
                            });
                    return page;
                });
    }

    /** The newest messages, before {@code before}. */
    public List<MessageRow> messages(Optional<MailId> before, int limit) {
        return reader.read(
                rows -> {
                    List<MessageRow> page = new ArrayList<>();
                    byte[] end =
                            before.map(Keys::message)
                                    .orElseGet(() -> Keys.behind(new byte[] {0x7f}));
                    rows.scanBack(
                            Table.MESSAGES,
                            new byte[0],
                            end,
                            (_, value) ->
                                    page.size() < limit && page.add(MessageRow.decode(value)));
                    return page;
                });
    }

    /** The first page of what happened to a recipient, and to the message as a whole. */
    public Timeline timeline(RecipientId id) {
        return timeline(id, Optional.empty(), Timeline.PAGE);
    }

    /**
     * What happened to a recipient, and to the message as a whole.
     *
     * @param after the {@code next} of the page before; from the beginning when it is none
     */
    public Timeline timeline(RecipientId id, Optional<String> after, int limit) {
        return reader.read(rows -> TimelinePage.of(rows, id, after, limit));
    }

    /** Whether a report with this id came for a recipient. */
    public boolean hasReport(RecipientId id, String reportId) {
        return has(RecipientMarks.report(id, reportId));
    }

    /**
     * Whether so much came back for a recipient that more tells nothing: whoever has the mail can
     * send reports of it for ever.
     */
    public boolean hasManyReports(RecipientId id) {
        return reader.read(
                rows -> {
                    int[] marks = {0};
                    rows.scan(Table.MARKS, Keys.recipient(id), (_, _) -> ++marks[0] < MOST_REPORTS);
                    return marks[0] >= MOST_REPORTS;
                });
    }

    /** Whether the sender was told of a recipient's delivery in this way. */
    public boolean wasNotified(RecipientId id, String action) {
        return has(RecipientMarks.notice(id, action));
    }

    private boolean has(byte[] mark) {
        return reader.read(rows -> rows.get(Table.MARKS, mark).isPresent());
    }

    /**
     * Whether a recipient unsubscribed by this message and the refusal still stands: then saying it
     * again changes nothing.
     */
    public boolean isUnsubscribed(RecipientId id, Instant now) {
        return reader.read(
                rows ->
                        FoundRecipient.of(rows, id)
                                .filter(r -> r.row().badges().contains(Badge.UNSUBSCRIBED))
                                .flatMap(FoundRecipient::contact)
                                .flatMap(
                                        c ->
                                                SuppressionRow.find(
                                                        rows, Tenant.MAIN, c.row().address().key()))
                                .stream()
                                .flatMap(row -> row.holding(now).stream())
                                .anyMatch(e -> e.cause() == SuppressionCause.UNSUBSCRIBED));
    }

    public Optional<FoundContact> contact(long id) {
        return reader.read(rows -> FoundContact.of(rows, id));
    }

    public Optional<FoundContact> contact(AddressKey key) {
        return reader.read(
                rows ->
                        rows.get(Table.CONTACT_IDS, Keys.address(Tenant.MAIN, key))
                                .flatMap(
                                        id ->
                                                FoundContact.of(
                                                        rows, ByteBuffer.wrap(id).getLong())));
    }

    /** Contacts whose address begins with {@code prefix}, by address, after {@code after}. */
    public List<FoundContact> contacts(String prefix, Optional<AddressKey> after, int limit) {
        byte[] start = Keys.name(Tenant.MAIN, prefix.toLowerCase(java.util.Locale.ROOT));
        return reader.read(
                rows -> {
                    List<FoundContact> page = new ArrayList<>();
                    byte[] from =
                            after.map(key -> concat(Keys.address(Tenant.MAIN, key), new byte[] {0}))
                                    .orElse(start);
                    rows.scan(
                            Table.CONTACT_IDS,
                            start,
                            from,
                            (_, id) -> {
                                if (page.size() < limit) {
                                    FoundContact.of(rows, ByteBuffer.wrap(id).getLong())
                                            .ifPresent(page::add);
                                }
                                return page.size() < limit;
                            });
                    return page;
                });
    }

    /** What was sent to a contact, the newest first, before {@code before}. */
    public List<FoundRecipient> contactMessages(
            long contact, Optional<RecipientId> before, int limit) {
        return reader.read(
                rows -> {
                    List<FoundRecipient> page = new ArrayList<>();
                    byte[] prefix = Keys.contact(contact);
                    byte[] end =
                            before.map(id -> Keys.contactMessage(contact, id))
                                    .orElseGet(() -> Keys.behind(prefix));
                    rows.scanBack(
                            Table.CONTACT_MESSAGES,
                            prefix,
                            end,
                            (key, _) ->
                                    page.size() < limit
                                            && page.add(
                                                    FoundRecipient.of(
                                                            rows,
                                                            Keys.recipient(key, 8),
                                                            contact)));
                    return page;
                });
    }

    /**
     * What each contact shows in each campaign, contact by contact: the best engagement over the
     * latest 200 messages of the campaign, else the status of the newest; empty when none was sent.
     */
    public List<List<Optional<Status>>> cells(
            List<Long> contacts, List<Long> campaigns, boolean robots) {
        return reader.read(
                rows ->
                        contacts.stream()
                                .map(
                                        contact ->
                                                campaigns.stream()
                                                        .map(
                                                                campaign ->
                                                                        cell(
                                                                                        rows,
                                                                                        campaign,
                                                                                        contact,
                                                                                        robots)
                                                                                .map(Shown::status))
                                                        .toList())
                                .toList());
    }

    /**
     * Of some recipients of a campaign those by whom their contacts are shown there, see {@link
     * #cells}: of each contact one. Who was forgotten is left out.
     */
    public List<FoundRecipient> leading(
            long campaign, boolean robots, List<FoundRecipient> recipients) {
        return reader.read(
                rows ->
                        recipients.stream()
                                .filter(r -> r.contact().isPresent())
                                .filter(r -> isLeading(rows, campaign, robots, r))
                                .toList());
    }

    private static boolean isLeading(
            Rows rows, long campaign, boolean robots, FoundRecipient recipient) {
        return cell(rows, campaign, recipient.contact().orElseThrow().id(), robots)
                .filter(shown -> shown.by().equals(recipient.id()))
                .isPresent();
    }

    /** What a contact shows in a campaign, and by which message. */
    private record Shown(Status status, RecipientId by) {}

    /**
     * Of the latest messages: the newest clicked one, else the newest opened one, else the newest.
     */
    private static Optional<Shown> cell(Rows rows, long campaign, long contact, boolean robots) {
        List<Shown> latest = new ArrayList<>();
        byte[] prefix = Keys.cell(campaign, contact);
        rows.scanBack(
                Table.CELLS,
                prefix,
                Keys.behind(prefix),
                (key, value) ->
                        latest.add(
                                        new Shown(
                                                MatrixCell.decode(value).status(robots),
                                                Keys.recipient(key, prefix.length)))
                                && latest.size() < CELL_MESSAGES);
        return Stream.of(Status.CLICKED, Status.OPENED)
                .flatMap(best -> latest.stream().filter(shown -> shown.status() == best))
                .findFirst()
                .or(() -> latest.stream().findFirst());
    }

    @Override
    public CampaignQueries campaigns() {
        return campaigns;
    }

    @Override
    public QueueQueries queue() {
        return queue;
    }

    @Override
    public SuppressionQueries suppressions() {
        return suppressions;
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
