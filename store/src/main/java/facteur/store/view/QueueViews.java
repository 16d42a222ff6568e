package facteur.store.view;

import facteur.mail.event.Event;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.codec.EventCodec;
import facteur.store.fold.Keys;
import facteur.store.fold.PendingRow;
import facteur.store.fold.Table;
import facteur.store.fold.TablePage;
import facteur.store.query.PendingRecipient;
import facteur.store.query.QueueQueries;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is owed lies by message and, in an index, by domain and time; of orders, paths and hosts the
 * latest event lies under its subject.
 */
final class QueueViews implements QueueQueries {
    /** Octets of a recipient at the end of a key. */
    private static final int RECIPIENT = 10;

    private final ViewReader reader;

    QueueViews(ViewReader reader) {
        this.reader = reader;
    }

    @Override
    public List<PendingRecipient> pending(Optional<RecipientId> after, int limit) {
        return reader.read(
                rows ->
                        PendingRow.page(rows, after, limit).stream()
                                .map(PendingRow::recipient)
                                .toList());
    }

    @Override
    public List<PendingRecipient> due(String domain, Optional<PendingRecipient> after, int limit) {
        byte[] prefix = Keys.due(domain);
        byte[] from =
                after.map(last -> TablePage.after(Keys.due(domain, last.nextTry(), last.id())))
                        .orElse(prefix);
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.DUE,
                                prefix,
                                from,
                                limit,
                                (key, _) -> {
                                    RecipientId id = Keys.recipient(key, key.length - RECIPIENT);
                                    return rows.get(Table.PENDING, Keys.recipient(id))
                                            .map(row -> PendingRow.decode(id, row).recipient());
                                }));
    }

    @Override
    public List<RecipientId> owed(MailId message, int limit) {
        byte[] prefix = Keys.message(message);
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.PENDING,
                                prefix,
                                prefix,
                                limit,
                                (key, _) -> Optional.of(Keys.recipient(key, 0))));
    }

    @Override
    public List<OperatorEvent.Held> held() {
        return latest(Table.HELD, OperatorEvent.Held.class).stream()
                .filter(OperatorEvent.Held::held)
                .toList();
    }

    @Override
    public List<OperatorEvent.Moved> moved() {
        return latest(Table.MOVED, OperatorEvent.Moved.class).stream()
                .filter(moved -> !moved.source().isEmpty())
                .toList();
    }

    @Override
    public List<ShapingEvent> paths() {
        return latest(Table.PATHS, ShapingEvent.class);
    }

    @Override
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
}
