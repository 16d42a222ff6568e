package facteur.store.view;

import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.store.fold.MessageRow;
import facteur.store.fold.ReaderRow;
import facteur.store.fold.RecipientRow;
import facteur.store.fold.SuppressionRow;
import facteur.store.query.ReaderQueries;
import facteur.store.query.ReaderStanding;
import facteur.store.query.Readership;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientState.Badge;

import java.time.Instant;
import java.util.Optional;

/** Joins what the rows of a recipient, its message and its contact say of a reader. */
final class ReaderViews implements ReaderQueries {
    private final ViewReader reader;

    ReaderViews(ViewReader reader) {
        this.reader = reader;
    }

    @Override
    public ReaderStanding standing(RecipientId id) {
        return reader.read(
                rows -> {
                    Optional<RecipientState> state = RecipientRow.find(rows, id);
                    return new ReaderStanding(
                            state.map(RecipientState::delivery)
                                    .filter(d -> d.state() == Delivery.State.DELIVERED)
                                    .map(Delivery::at),
                            MessageRow.find(rows, id.message())
                                    .map(m -> m.accepted().facts().tracking().mode()),
                            state.flatMap(RecipientState::origin)
                                    .flatMap(o -> ReaderRow.find(rows, o.contact()))
                                    .map(Readership::isDeclined)
                                    .orElse(false),
                            state.map(RecipientState::engagement)
                                    .map(ReaderViews::hits)
                                    .orElse(0L));
                });
    }

    private static long hits(Engagement engagement) {
        return (long) engagement.opens(true) + engagement.clicks(true);
    }

    @Override
    public boolean isUnsubscribed(RecipientId id, Instant now) {
        return reader.read(
                rows ->
                        RecipientJoin.find(rows, id)
                                .filter(r -> r.state().badges().contains(Badge.UNSUBSCRIBED))
                                .flatMap(
                                        r ->
                                                r.contact()
                                                        .flatMap(
                                                                c ->
                                                                        SuppressionRow.find(
                                                                                rows,
                                                                                Tenant.MAIN,
                                                                                c.address().key())))
                                .stream()
                                .flatMap(suppressed -> suppressed.holding(now).stream())
                                .anyMatch(e -> e.cause() == SuppressionCause.UNSUBSCRIBED));
    }
}
