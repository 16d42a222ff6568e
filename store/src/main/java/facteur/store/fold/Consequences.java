package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.suppression.SoftBounces;
import facteur.mail.suppression.Suppression;
import facteur.mail.suppression.SuppressionPolicy;
import facteur.mail.suppression.Suppressions;
import facteur.store.query.Readership;
import facteur.store.query.RecipientState;
import facteur.store.query.SuppressedAddress;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What an event means for the address rather than for the message: standing refusals. */
final class Consequences {
    private final Rows rows;

    Consequences(Rows rows) {
        this.rows = rows;
    }

    /** An event of a recipient whose message is known. */
    void follow(RecipientId id, long contact, Event event) {
        switch (event) {
            case DeliveryEvent.Ruled ruled -> ruled(id, contact, ruled);
            case FeedbackEvent.HardBounceReverted _ ->
                    change(contact, standing -> standing.reverting(id));
            case FeedbackEvent.Bounced bounced when bounced.hard() && !bounced.forwarded() ->
                    believe(
                            id,
                            contact,
                            SuppressionPolicy.hardBounce(
                                    id, bounced.at(), bounced.why(), bounced.evidence()));
            case FeedbackEvent.Bounced bounced when !bounced.forwarded() ->
                    softBounced(id, contact, bounced.at(), bounced.why(), bounced.evidence());
            case FeedbackEvent.Complained complained ->
                    suppress(contact, SuppressionPolicy.complaint(complained));
            case EngagementEvent.Unsubscribed unsubscribed ->
                    suppress(contact, SuppressionPolicy.unsubscribed(unsubscribed));
            case EngagementEvent.TrackingDeclined declined ->
                    reader(contact, known -> ReaderRow.declinedAt(known, declined.at()));
            case FeedbackEvent _,
                    ShapingEvent _,
                    HostEvent _,
                    DeliveryEvent _,
                    EngagementEvent _,
                    ReadershipEvent _,
                    SubmissionEvent _,
                    OperatorEvent _ -> {}
        }
    }

    /** Of this only the last day is kept, and no timeline. */
    void seen(EngagementEvent.Seen event) {
        RecipientRow.find(rows, event.recipient())
                .flatMap(RecipientState::origin)
                .ifPresent(
                        origin ->
                                reader(
                                        origin.contact(),
                                        known -> ReaderRow.seen(known, event.at())));
    }

    private void reader(long contact, UnaryOperator<Readership> change) {
        Readership known = ReaderRow.find(rows, contact).orElse(Readership.NONE);
        ReaderRow.put(rows, contact, change.apply(known));
    }

    private void ruled(RecipientId id, long contact, DeliveryEvent.Ruled event) {
        switch (event.disposition()) {
            case Disposition.HardBounce(var why, var evidence) ->
                    believe(
                            id,
                            contact,
                            SuppressionPolicy.hardBounce(id, event.at(), why, evidence));
            case Disposition.SoftBounce(var why, var evidence) ->
                    softBounced(id, contact, event.at(), why, evidence);
            case Disposition.Delivered _ -> domainFound(contact);
            case Disposition.Deferred _, Disposition.Abandoned _, Disposition.Withdrawn _ -> {}
        }
    }

    /** What stood against the address because its domain was not found is over. */
    private void domainFound(long contact) {
        byte[] key = Keys.contact(contact);
        if (rows.get(Table.NO_DOMAIN, key).isPresent()) {
            rows.delete(Table.NO_DOMAIN, key);
            change(contact, standing -> standing.without(SuppressionCause.BAD_DOMAIN));
        }
    }

    /** Suppresses, unless the bounce was doubted before it came to be folded. */
    private void believe(RecipientId id, long contact, Suppression entry) {
        if (rows.get(Table.MARKS, RecipientMarks.doubted(id)).isEmpty()) {
            suppress(contact, entry);
            if (entry.cause() == SuppressionCause.BAD_DOMAIN) {
                rows.put(Table.NO_DOMAIN, Keys.contact(contact), new byte[0]);
            }
        }
    }

    private void softBounced(
            RecipientId id, long contact, Instant at, BounceClass why, Evidence evidence) {
        if (!SoftBounces.counts(why.category())) {
            return;
        }
        List<SoftBounces.Fate> latest = new ArrayList<>();
        byte[] prefix = Keys.contact(contact);
        rows.scanBack(
                Table.CONTACT_MESSAGES,
                prefix,
                Keys.behind(prefix),
                (key, _) ->
                        latest.size() < SoftBounces.LOOKED_AT
                                && latest.add(fate(Keys.recipient(key, prefix.length))));
        if (SoftBounces.suppress(latest)) {
            suppress(contact, SuppressionPolicy.repeatedSoftBounces(id, at, why, evidence));
        }
    }

    private SoftBounces.Fate fate(RecipientId id) {
        RecipientState state = RecipientRow.find(rows, id).orElse(RecipientRow.UNKNOWN);
        return new SoftBounces.Fate(state.delivery(), state.category());
    }

    private void suppress(long contact, Suppression entry) {
        change(contact, known -> known.with(entry));
    }

    /** Refuses to send to an address from now on. */
    void suppress(Tenant tenant, Address address, Suppression entry) {
        change(tenant, address, known -> known.with(entry));
    }

    private void change(long contact, UnaryOperator<Suppressions> change) {
        ContactRow.find(rows, contact)
                .filter(known -> !known.isErased())
                .ifPresent(known -> change(Numbers.tenant(contact), known.address(), change));
    }

    /**
     * Changes what stands about an address; about a person who was erased it stands under a hash.
     */
    void change(Tenant tenant, Address address, UnaryOperator<Suppressions> change) {
        SuppressedAddress known =
                SuppressionRow.find(rows, tenant, address.key())
                        .orElseGet(
                                () ->
                                        new SuppressedAddress(
                                                address.key(),
                                                address.toString(),
                                                Suppressions.NONE));
        SuppressionRow.put(
                rows,
                tenant,
                new SuppressedAddress(
                        known.key(), known.address(), change.apply(known.standing())));
    }
}
