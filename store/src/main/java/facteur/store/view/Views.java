package facteur.store.view;

import facteur.mail.address.AddressKey;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.TrackingMode;
import facteur.mail.status.Delivery;
import facteur.mail.status.Status;
import facteur.store.codec.EventCodec;
import facteur.store.fold.CampaignRow;
import facteur.store.fold.Cell;
import facteur.store.fold.ContactRow;
import facteur.store.fold.Folder;
import facteur.store.fold.HourRow;
import facteur.store.fold.ImportRow;
import facteur.store.fold.Keys;
import facteur.store.fold.LinkRow;
import facteur.store.fold.MessageRow;
import facteur.store.fold.PendingRow;
import facteur.store.fold.ReaderRow;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.Rows;
import facteur.store.fold.SuppressionRow;
import facteur.store.fold.Table;
import facteur.store.fold.TallyKey;
import facteur.store.fold.TallyRow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The read side. Lists come in pages: each is asked for after the last row of the page before. */
public final class Views {
    /** Runs a reading in one short transaction. */
    public interface Reader {
        <T> T read(Function<Rows, T> reading);
    }

    private final Reader reader;
    private final Figures figures;

    public Views(Reader reader) {
        this.reader = reader;
        this.figures = new Figures(reader);
    }

    /** Readings that see the same instant, and share one transaction. */
    public <T> T atOneInstant(Function<Views, T> readings) {
        return reader.read(rows -> readings.apply(new Views(new Within(rows))));
    }

    private record Within(Rows rows) implements Reader {
        @Override
        public <T> T read(Function<Rows, T> reading) {
            return reading.apply(rows);
        }
    }

    /** A campaign with its number. */
    public record Campaign(int id, CampaignRow row) {}

    /** A contact with its number. */
    public record Contact(long id, ContactRow row) {}

    /** One recipient as lists show him. */
    public record Recipient(RecipientId id, RecipientRow row, Optional<Contact> contact) {}

    /** What happened to one recipient, or to a message as a whole, in order. */
    public record Timeline(List<Event> events) {
        public Timeline {
            events = List.copyOf(events);
        }
    }

    /** A suppressed address. */
    public record Suppressed(AddressKey key, SuppressionRow row) {}

    /** Every campaign; there are hundreds, not millions. */
    public List<Campaign> campaigns() {
        return figures.campaigns();
    }

    public Optional<Campaign> campaign(int id) {
        return figures.campaign(id);
    }

    public Optional<Campaign> campaign(String name) {
        return figures.campaign(name);
    }

    /** Sums over {@code key}; zeros when nothing was ever summed under it. */
    public TallyRow tally(TallyKey key) {
        return tallies(List.of(key)).getFirst();
    }

    /** Sums over each key, read at one instant. */
    public List<TallyRow> tallies(Collection<? extends TallyKey> keys) {
        return figures.tallies(keys);
    }

    /**
     * Sums by name: all rows of a kind of {@link TallyKey} whose last part is a name, such as a
     * campaign's domains.
     */
    public record Named(String name, TallyRow row) {}

    public List<Named> campaignDomains(int campaign) {
        return figures.campaignDomains(campaign);
    }

    public List<Named> recipientDomains() {
        return figures.recipientDomains();
    }

    public List<Named> senderDomains() {
        return figures.senderDomains();
    }

    /** What happened in one hour. */
    public record Hour(Instant begin, HourRow row) {}

    /**
     * What happened to a campaign from one instant on, hour by hour; hours without are left out.
     */
    public List<Hour> hours(int campaign, Instant from, int limit) {
        return figures.hours(campaign, from, limit);
    }

    /** Clicks on the links of a campaign, by their place in the message. */
    public List<LinkRow> links(int campaign, int limit) {
        return figures.links(campaign, limit);
    }

    /** One page of a search, the newest first. */
    public Search.Page search(Search search, Optional<RecipientId> before, int limit) {
        return reader.read(rows -> new Searching(rows, search).page(before, limit));
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

    /** Loads of the pixel that were counted without names (aggregate mode). */
    public Optional<LinkRow> countedOpens(int campaign) {
        return reader.read(
                rows -> rows.get(Table.LINKS, LinkRow.pixel(campaign)).map(LinkRow::decode));
    }

    /** What bears on a hit of a recipient. */
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
                                    .orElse(false));
                });
    }

    /**
     * @param deliveredAt when the recipient's server took the message, where it is known that it
     *     did
     * @param mode how the message was to be tracked when it was accepted; empty once it is
     *     forgotten
     * @param declined whether the contact declined to be measured
     */
    public record Standing(
            Optional<Instant> deliveredAt, Optional<TrackingMode> mode, boolean declined) {}

    /** What a contact allows, and the little that is kept where not more is allowed. */
    public Optional<ReaderRow> reader(long contact) {
        return reader.read(rows -> reader(rows, contact));
    }

    private static Optional<ReaderRow> reader(Rows rows, long contact) {
        return rows.get(Table.READERS, Keys.contact(contact)).map(ReaderRow::decode);
    }

    /** A domain that is owed mail, with the time at which the first of it is due. */
    public record Owed(String domain, Instant due) {}

    /** Domains that are owed mail, by name, after {@code after}. */
    public List<Owed> owedDomains(String after, int limit) {
        return reader.read(
                rows -> {
                    List<Owed> page = new ArrayList<>();
                    byte[] from = after.isEmpty() ? new byte[0] : Keys.behind(Keys.due(after));
                    while (page.size() < limit) {
                        int before = page.size();
                        rows.scan(
                                Table.DUE,
                                new byte[0],
                                from,
                                (key, _) -> {
                                    page.add(owed(key));
                                    return false;
                                });
                        if (page.size() == before) {
                            break;
                        }
                        from = Keys.behind(Keys.due(page.getLast().domain()));
                    }
                    return page;
                });
    }

    private static Owed owed(byte[] key) {
        int name = key.length - 19;
        return new Owed(
                new String(key, 0, name, StandardCharsets.UTF_8),
                Instant.ofEpochMilli(ByteBuffer.wrap(key).getLong(name + 1)));
    }

    /** What is owed to a domain, the first due first, after {@code after}. */
    public List<PendingRow.Found> due(String domain, Optional<PendingRow.Found> after, int limit) {
        byte[] prefix = Keys.due(domain);
        return reader.read(
                rows -> {
                    List<PendingRow.Found> page = new ArrayList<>();
                    byte[] from =
                            after.map(
                                            last ->
                                                    concat(
                                                            Keys.due(
                                                                    domain,
                                                                    last.row().nextTry(),
                                                                    last.id()),
                                                            new byte[] {0}))
                                    .orElse(prefix);
                    rows.scan(
                            Table.DUE,
                            prefix,
                            from,
                            (key, _) -> {
                                RecipientId id = Keys.recipient(key, key.length - 10);
                                rows.get(Table.PENDING, Keys.recipient(id))
                                        .map(PendingRow::decode)
                                        .ifPresent(row -> page.add(new PendingRow.Found(id, row)));
                                return page.size() < limit;
                            });
                    return page;
                });
    }

    /**
     * Recipients of a campaign (0: mail without one) that show one of the statuses, status by
     * status, the newest message first.
     *
     * @param after the last recipient of the page before
     */
    public List<Recipient> byStatus(
            int campaign,
            boolean robots,
            List<Status> statuses,
            Optional<Recipient> after,
            int limit) {
        return reader.read(
                rows -> {
                    List<Recipient> page = new ArrayList<>();
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
                                                            recipient(
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

    static Recipient recipient(Rows rows, RecipientId id, long contact) {
        RecipientRow row =
                rows.get(Table.RECIPIENTS, Keys.recipient(id))
                        .map(RecipientRow::decode)
                        .orElseThrow();
        return new Recipient(id, row, contact(rows, contact));
    }

    private static Optional<Contact> contact(Rows rows, long id) {
        return rows.get(Table.CONTACTS, Keys.contact(id))
                .map(value -> new Contact(id, ContactRow.decode(value)));
    }

    public Optional<Recipient> recipient(RecipientId id) {
        return reader.read(rows -> recipient(rows, id));
    }

    static Optional<Recipient> recipient(Rows rows, RecipientId id) {
        return rows.get(Table.RECIPIENTS, Keys.recipient(id))
                .map(RecipientRow::decode)
                .map(row -> new Recipient(id, row, contact(rows, row)));
    }

    private static Optional<Contact> contact(Rows rows, RecipientRow row) {
        return row.origin().flatMap(origin -> contact(rows, origin.contact()));
    }

    public Optional<MessageRow> message(MailId id) {
        return reader.read(
                rows -> rows.get(Table.MESSAGES, Keys.message(id)).map(MessageRow::decode));
    }

    /** Recipients of a message, in the order of its envelope, from {@code index} on. */
    public List<Recipient> recipients(MailId message, int index, int limit) {
        return reader.read(
                rows -> {
                    List<Recipient> page = new ArrayList<>();
                    rows.scan(
                            Table.RECIPIENTS,
                            Keys.message(message),
                            Keys.recipient(message.recipient(index)),
                            (key, value) -> {
                                RecipientRow row = RecipientRow.decode(value);
                                return page.size() < limit
                                        && page.add(
                                                new Recipient(
                                                        Keys.recipient(key, 0),
                                                        row,
                                                        contact(rows, row)));
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

    /** What happened to a recipient, and to his message as a whole. */
    public Timeline timeline(RecipientId id) {
        return reader.read(
                rows -> {
                    List<Event> events = new ArrayList<>(events(rows, id));
                    events.addAll(events(rows, new RecipientId(id.message(), 0xffff)));
                    events.sort(Comparator.comparing(Event::at).thenComparingInt(Views::place));
                    return new Timeline(events);
                });
    }

    /** Of one millisecond: how a copy was made stands before what became of it. */
    private static int place(Event event) {
        return event instanceof DeliveryEvent.Rendered || event instanceof DeliveryEvent.NotTracked
                ? 0
                : 1;
    }

    private static List<Event> events(Rows rows, RecipientId id) {
        List<Event> events = new ArrayList<>();
        rows.scan(
                Table.TIMELINE,
                Keys.recipient(id),
                (_, value) -> events.add(EventCodec.decode(ByteBuffer.wrap(value))));
        return events;
    }

    public Optional<Contact> contact(long id) {
        return reader.read(rows -> contact(rows, id));
    }

    public Optional<Contact> contact(AddressKey key) {
        return reader.read(
                rows ->
                        rows.get(Table.CONTACT_IDS, Keys.address(key))
                                .flatMap(id -> contact(rows, ByteBuffer.wrap(id).getLong())));
    }

    /** Contacts whose address begins with {@code prefix}, by address, after {@code after}. */
    public List<Contact> contacts(String prefix, Optional<AddressKey> after, int limit) {
        byte[] start = Keys.text(prefix.toLowerCase(java.util.Locale.ROOT));
        return reader.read(
                rows -> {
                    List<Contact> page = new ArrayList<>();
                    byte[] from =
                            after.map(key -> concat(Keys.address(key), new byte[] {0}))
                                    .orElse(start);
                    rows.scan(
                            Table.CONTACT_IDS,
                            start,
                            from,
                            (_, id) -> {
                                if (page.size() < limit) {
                                    contact(rows, ByteBuffer.wrap(id).getLong())
                                            .ifPresent(page::add);
                                }
                                return page.size() < limit;
                            });
                    return page;
                });
    }

    /** What was sent to a contact, the newest first, before {@code before}. */
    public List<Recipient> contactMessages(long contact, Optional<RecipientId> before, int limit) {
        return reader.read(
                rows -> {
                    List<Recipient> page = new ArrayList<>();
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
                                                    recipient(
                                                            rows,
                                                            Keys.recipient(key, 8),
                                                            contact)));
                    return page;
                });
    }

    /**
     * What each contact shows in each campaign, contact by contact: the best engagement over his
     * messages of the campaign, else the status of the newest; empty when none was sent to him.
     */
    public List<List<Optional<Status>>> cells(
            List<Long> contacts, List<Integer> campaigns, boolean robots) {
        return reader.read(
                rows ->
                        contacts.stream()
                                .map(
                                        contact ->
                                                campaigns.stream()
                                                        .map(
                                                                campaign ->
                                                                        cell(
                                                                                rows, campaign,
                                                                                contact, robots))
                                                        .toList())
                                .toList());
    }

    /**
     * Of some recipients of a campaign those by whom their contacts are shown there, see {@link
     * #cells}: of each contact one. Who was forgotten is left out.
     */
    public List<Recipient> leading(int campaign, boolean robots, List<Recipient> recipients) {
        return reader.read(
                rows ->
                        recipients.stream()
                                .filter(r -> r.contact().isPresent())
                                .filter(r -> isLeading(rows, campaign, robots, r))
                                .toList());
    }

    private static boolean isLeading(Rows rows, int campaign, boolean robots, Recipient recipient) {
        long contact = recipient.contact().orElseThrow().id();
        Optional<Status> shown = cell(rows, campaign, contact, robots);
        byte[] prefix = Keys.cell(campaign, contact);
        List<RecipientId> last = new ArrayList<>();
        rows.scanBack(
                Table.CELLS,
                prefix,
                Keys.behind(prefix),
                (key, value) -> {
                    if (shown.equals(Optional.of(Cell.decode(value).status(robots)))) {
                        last.add(Keys.recipient(key, prefix.length));
                    }
                    return last.isEmpty();
                });
        return last.contains(recipient.id());
    }

    private static Optional<Status> cell(Rows rows, int campaign, long contact, boolean robots) {
        List<Status> shown = new ArrayList<>();
        rows.scan(
                Table.CELLS,
                Keys.cell(campaign, contact),
                (_, value) -> shown.add(Cell.decode(value).status(robots)));
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        if (shown.contains(Status.CLICKED)) {
            return Optional.of(Status.CLICKED);
        }
        return Optional.of(shown.contains(Status.OPENED) ? Status.OPENED : shown.getLast());
    }

    public Optional<SuppressionRow> suppression(AddressKey key) {
        return reader.read(
                rows ->
                        rows.get(Table.SUPPRESSIONS, Keys.address(key))
                                .or(
                                        () ->
                                                rows.get(
                                                        Table.SUPPRESSIONS,
                                                        Keys.address(SuppressionRow.hashed(key))))
                                .map(SuppressionRow::decode));
    }

    /**
     * Addresses that are or were suppressed and begin with {@code prefix}, by address, after {@code
     * after}.
     */
    public List<Suppressed> suppressions(String prefix, Optional<AddressKey> after, int limit) {
        byte[] start = Keys.text(prefix.toLowerCase(java.util.Locale.ROOT));
        return reader.read(
                rows -> {
                    List<Suppressed> page = new ArrayList<>();
                    byte[] from =
                            after.map(key -> concat(Keys.address(key), new byte[] {0}))
                                    .orElse(start);
                    rows.scan(
                            Table.SUPPRESSIONS,
                            start,
                            from,
                            (key, value) ->
                                    page.size() < limit
                                            && page.add(
                                                    new Suppressed(
                                                            new AddressKey(
                                                                    new String(
                                                                            key,
                                                                            StandardCharsets
                                                                                    .UTF_8)),
                                                            SuppressionRow.decode(value))));
                    return page;
                });
    }

    /** Imports of suppressions that have begun or are over, the newest first. */
    public List<ImportRow> imports(int limit) {
        return reader.read(rows -> Folder.imports(rows, limit));
    }

    /** Who is owed a delivery, by message, after {@code after}. */
    public List<PendingRow.Found> pending(Optional<RecipientId> after, int limit) {
        return reader.read(
                rows -> {
                    List<PendingRow.Found> page = new ArrayList<>();
                    byte[] from =
                            after.map(id -> concat(Keys.recipient(id), new byte[] {0}))
                                    .orElse(new byte[0]);
                    rows.scan(
                            Table.PENDING,
                            new byte[0],
                            from,
                            (key, value) ->
                                    page.size() < limit
                                            && page.add(
                                                    new PendingRow.Found(
                                                            Keys.recipient(key, 0),
                                                            PendingRow.decode(value))));
                    return page;
                });
    }

    /** What operators hold back at present. */
    public List<OperatorEvent.Held> held() {
        return latest(Table.HELD, OperatorEvent.Held.class).stream()
                .filter(OperatorEvent.Held::held)
                .toList();
    }

    /** What operators send from another source at present. */
    public List<OperatorEvent.Moved> moved() {
        return latest(Table.MOVED, OperatorEvent.Moved.class).stream()
                .filter(moved -> !moved.source().isEmpty())
                .toList();
    }

    /** What was last learnt of each path: limits, slow-downs and suspensions. */
    public List<ShapingEvent> paths() {
        return latest(Table.PATHS, ShapingEvent.class);
    }

    /** What was last learnt of each host, the oldest first. */
    public List<HostEvent> hosts() {
        return latest(Table.HOSTS, HostEvent.class).stream()
                .sorted(Comparator.comparing(HostEvent::at))
                .toList();
    }

    private <E extends Event> List<E> latest(Table table, Class<E> kind) {
        return reader.read(
                rows -> {
                    List<E> found = new ArrayList<>();
                    rows.scan(
                            table,
                            new byte[0],
                            (_, value) ->
                                    found.add(
                                            kind.cast(EventCodec.decode(ByteBuffer.wrap(value)))));
                    return found;
                });
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
