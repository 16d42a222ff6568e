package facteur.store.view;

import facteur.mail.address.AddressKey;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.status.Status;
import facteur.store.fold.ContactRow;
import facteur.store.fold.Keys;
import facteur.store.fold.MatrixCell;
import facteur.store.fold.ReaderRow;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.fold.TablePage;
import facteur.store.query.Contact;
import facteur.store.query.ContactQueries;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Readership;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Contacts lie under their number, which an index finds by address; what was sent to each lies
 * under the contact, and again under campaign and contact.
 */
final class ContactViews implements ContactQueries {
    /** Of a contact's messages in a campaign so many decide what is shown of it there. */
    private static final int CELL_MESSAGES = 200;

    private final ViewReader reader;

    ContactViews(ViewReader reader) {
        this.reader = reader;
    }

    @Override
    public Optional<Contact> find(long id) {
        return reader.read(rows -> ContactRow.find(rows, id));
    }

    @Override
    public Optional<Contact> find(AddressKey key) {
        return reader.read(
                rows ->
                        rows.get(Table.CONTACT_IDS, Keys.address(Tenant.MAIN, key))
                                .flatMap(id -> ContactRow.find(rows, Keys.number(id))));
    }

    @Override
    public List<Contact> page(String prefix, Optional<AddressKey> after, int limit) {
        byte[] start = Keys.name(Tenant.MAIN, prefix.toLowerCase(Locale.ROOT));
        byte[] from =
                after.map(key -> TablePage.after(Keys.address(Tenant.MAIN, key))).orElse(start);
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.CONTACT_IDS,
                                start,
                                from,
                                limit,
                                (_, id) -> ContactRow.find(rows, Keys.number(id))));
    }

    @Override
    public List<MessageRecipient> messages(long contact, Optional<RecipientId> before, int limit) {
        byte[] prefix = Keys.contact(contact);
        byte[] end =
                before.map(id -> Keys.contactMessage(contact, id))
                        .orElseGet(() -> Keys.behind(prefix));
        return reader.read(
                rows ->
                        TablePage.backward(
                                rows,
                                Table.CONTACT_MESSAGES,
                                prefix,
                                end,
                                limit,
                                (key, _) ->
                                        RecipientJoin.find(
                                                rows, Keys.recipient(key, prefix.length))));
    }

    @Override
    public Optional<Readership> readership(long contact) {
        return reader.read(rows -> ReaderRow.find(rows, contact));
    }

    @Override
    public List<List<Optional<Status>>> cells(
            List<Long> contacts, List<Long> campaigns, boolean robots) {
        return reader.read(
                rows ->
                        contacts.stream()
                                .map(
                                        contact ->
                                                campaigns.stream()
                                                        .map(c -> cell(rows, c, contact, robots))
                                                        .map(cell -> cell.map(Shown::status))
                                                        .toList())
                                .toList());
    }

    @Override
    public List<MessageRecipient> leading(
            long campaign, boolean robots, List<MessageRecipient> recipients) {
        return reader.read(
                rows ->
                        recipients.stream()
                                .filter(r -> isLeading(rows, campaign, robots, r))
                                .toList());
    }

    private static boolean isLeading(
            Rows rows, long campaign, boolean robots, MessageRecipient recipient) {
        return recipient
                .contact()
                .flatMap(contact -> cell(rows, campaign, contact.id(), robots))
                .filter(shown -> shown.by().equals(recipient.id()))
                .isPresent();
    }

    /** What a contact shows in a campaign, and by which message. */
    private record Shown(Status status, RecipientId by) {}

    /**
     * Of the latest messages: the newest clicked one, else the newest opened one, else the newest.
     */
    private static Optional<Shown> cell(Rows rows, long campaign, long contact, boolean robots) {
        byte[] prefix = Keys.cell(campaign, contact);
        List<Shown> latest =
                TablePage.backward(
                        rows,
                        Table.CELLS,
                        prefix,
                        Keys.behind(prefix),
                        CELL_MESSAGES,
                        (key, value) ->
                                Optional.of(
                                        new Shown(
                                                MatrixCell.decode(value).status(robots),
                                                Keys.recipient(key, prefix.length))));
        return Stream.of(Status.CLICKED, Status.OPENED)
                .flatMap(best -> latest.stream().filter(shown -> shown.status() == best))
                .findFirst()
                .or(() -> latest.stream().findFirst());
    }
}
