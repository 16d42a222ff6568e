package facteur.store.fold;

import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Delivery;
import facteur.mail.status.Status;
import facteur.store.query.RecipientState;

import java.util.Optional;

/**
 * What is derived from a recipient's row, from the row before and the row after: so it cannot
 * depend on the order of events.
 */
final class Indexes {
    private final Rows rows;
    private final Sums sums;

    Indexes(Rows rows, Sums sums) {
        this.rows = rows;
        this.sums = sums;
    }

    void change(RecipientId id, RecipientState before, RecipientState after) {
        after.origin().ifPresent(origin -> change(id, origin, before, after));
        if (RecipientRow.isPending(before)) {
            pending(id, after);
        }
    }

    private void change(
            RecipientId id,
            RecipientState.Origin origin,
            RecipientState before,
            RecipientState after) {
        boolean known = before.origin().isPresent();
        byte[] contact = Keys.contact(origin.contact());
        boolean changed = !known;
        for (boolean robots : new boolean[] {false, true}) {
            Status was = before.status(robots);
            Status is = after.status(robots);
            if (known && was == is) {
                continue;
            }
            changed = true;
            if (known) {
                rows.delete(Table.BY_STATUS, Keys.byStatus(origin.campaign(), robots, was, id));
            }
            rows.put(Table.BY_STATUS, Keys.byStatus(origin.campaign(), robots, is, id), contact);
        }
        if (changed && !Numbers.isNone(origin.campaign())) {
            byte[] shown = MatrixCell.encode(after.status(false), after.status(true));
            rows.put(Table.CELLS, Keys.cell(origin.campaign(), origin.contact(), id), shown);
        }
        if (!known) {
            rows.put(Table.BY_DOMAIN, Keys.domain(origin.domain(), id), contact);
            rows.put(
                    Table.CONTACT_MESSAGES,
                    Keys.contactMessage(origin.contact(), id),
                    Keys.campaign(origin.campaign()));
        }
        Optional<BounceCategory> was = known ? before.category() : Optional.empty();
        if (!was.equals(after.category())) {
            was.ifPresent(c -> rows.delete(Table.BY_REASON, Keys.reason(origin.campaign(), c, id)));
            after.category()
                    .ifPresent(
                            c ->
                                    rows.put(
                                            Table.BY_REASON,
                                            Keys.reason(origin.campaign(), c, id),
                                            contact));
        }
    }

    /** Takes every index row of a recipient away, and leaves the sums as they are. */
    void forget(RecipientId id, RecipientState row) {
        row.origin()
                .ifPresent(
                        origin -> {
                            long campaign = origin.campaign();
                            for (boolean robots : new boolean[] {false, true}) {
                                rows.delete(
                                        Table.BY_STATUS,
                                        Keys.byStatus(campaign, robots, row.status(robots), id));
                            }
                            rows.delete(Table.CELLS, Keys.cell(campaign, origin.contact(), id));
                            rows.delete(Table.BY_DOMAIN, Keys.domain(origin.domain(), id));
                            rows.delete(
                                    Table.CONTACT_MESSAGES,
                                    Keys.contactMessage(origin.contact(), id));
                            row.category()
                                    .ifPresent(
                                            c ->
                                                    rows.delete(
                                                            Table.BY_REASON,
                                                            Keys.reason(campaign, c, id)));
                        });
    }

    private void pending(RecipientId id, RecipientState after) {
        Optional<PendingRow> before = pendingRow(id);
        if (!RecipientRow.isPending(after)) {
            owe(id, before, Optional.empty());
        } else if (after.delivery().state() == Delivery.State.DEFERRED) {
            owe(id, before, before.map(row -> row.due(after)));
        }
    }

    Optional<PendingRow> pendingRow(RecipientId id) {
        return rows.get(Table.PENDING, Keys.recipient(id))
                .map(octets -> PendingRow.decode(id, octets));
    }

    /** A recipient is owed a delivery, or no longer, or elsewhere, or at another time. */
    void owe(RecipientId id, Optional<PendingRow> before, Optional<PendingRow> after) {
        before.ifPresent(
                row -> {
                    sums.owes(row.first(), row.recipient().position(), -1);
                    rows.delete(Table.DUE, row.due());
                    if (after.isEmpty()) {
                        rows.delete(Table.PENDING, Keys.recipient(id));
                    }
                });
        after.ifPresent(
                row -> {
                    sums.owes(row.first(), row.recipient().position(), 1);
                    rows.put(Table.DUE, row.due(), new byte[0]);
                    rows.put(Table.PENDING, Keys.recipient(id), row.encode());
                });
    }
}
