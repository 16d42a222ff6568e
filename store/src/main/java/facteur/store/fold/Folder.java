package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.status.Delivery;
import facteur.mail.status.Status;
import facteur.store.codec.EventCodec;
import facteur.store.fold.RecipientRow.Badge;
import facteur.store.journal.Position;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Applies the events of one batch to the rows of one transaction.
 *
 * <p>Each event is first put into the timeline under a key made of its time and its octets. If it
 * is there already it has been folded before, and nothing else happens: that makes every fold
 * idempotent. The rest is a join on the recipient's row ({@link RecipientFold}, {@link
 * EngagementFold}), and whatever follows from a row (indexes, sums, what is pending) is derived
 * from the row before and the row after, so that it cannot depend on the order of events either.
 *
 * <p>Sums are kept in the heap for the batch and written once, by {@link #finish}: a campaign's
 * counters would otherwise be rewritten for every event.
 */
public final class Folder {
    /** A dead mailbox may come back to life, unlike a missing one. */
    static final Duration INACTIVE_EXPIRY = Duration.ofDays(180);

    /** The entry of a message's metadata that asks for a pool of sources. */
    public static final String POOL = "pool";

    private static final byte[] NEXT_CONTACT = Keys.text("next_contact");
    private static final byte[] NEXT_CAMPAIGN = Keys.text("next_campaign");

    /** Message-level events stand behind those of the recipients. */
    private static final int WHOLE_MESSAGE = 0xffff;

    private final Rows rows;
    private final Map<TallyKey, TallyRow> tallies = new HashMap<>();
    private final Map<HourRow.Key, HourRow> hours = new HashMap<>();
    private final Map<LinkRow.Key, LinkRow> links = new HashMap<>();

    public Folder(Rows rows) {
        this.rows = rows;
    }

    /** Folds one event that stands at {@code position}. */
    public void fold(Position position, Event event) {
        switch (event) {
            case SubmissionEvent.Accepted accepted -> accepted(position, accepted);
            case DeliveryEvent delivery -> delivery(delivery);
            case ShapingEvent shaping -> shaping(shaping);
            case FeedbackEvent feedback -> feedback(feedback);
            case EngagementEvent engagement -> engagement(engagement);
            case OperatorEvent operator -> operator(operator);
        }
    }

    /** Writes what was summed up. Nothing may be folded afterwards. */
    public void finish() {
        tallies.forEach(
                (sum, change) -> {
                    byte[] key = sum.key();
                    TallyRow row =
                            rows.get(Table.TALLIES, key)
                                    .map(TallyRow::decode)
                                    .orElseGet(TallyRow::zero);
                    row.add(change);
                    if (row.isZero()) {
                        rows.delete(Table.TALLIES, key);
                    } else {
                        rows.put(Table.TALLIES, key, row.encode());
                    }
                });
        hours.forEach(
                (hour, change) -> {
                    byte[] key = hour.key();
                    HourRow row =
                            rows.get(Table.HOURS, key)
                                    .map(HourRow::decode)
                                    .orElse(HourRow.ZERO)
                                    .plus(change);
                    if (row.equals(HourRow.ZERO)) {
                        rows.delete(Table.HOURS, key);
                    } else {
                        rows.put(Table.HOURS, key, row.encode());
                    }
                });
        links.forEach(
                (link, change) -> {
                    byte[] key = link.key();
                    LinkRow row =
                            rows.get(Table.LINKS, key)
                                    .map(LinkRow::decode)
                                    .map(known -> known.plus(change))
                                    .orElse(change);
                    rows.put(Table.LINKS, key, row.encode());
                });
    }

    private void accepted(Position position, SubmissionEvent.Accepted event) {
        byte[] key = Keys.message(event.message());
        if (rows.get(Table.MESSAGES, key).isPresent()) {
            return;
        }
        int campaign = event.facts().campaign().map(name -> campaign(name, event)).orElse(0);
        rows.put(Table.MESSAGES, key, MessageRow.of(position, campaign, event).encode());
        List<Recipient> recipients = event.envelope().recipients();
        for (int i = 0; i < recipients.size(); i++) {
            recipient(
                    position,
                    event,
                    campaign,
                    event.message().recipient(i),
                    recipients.get(i).address());
        }
    }

    private void recipient(
            Position position,
            SubmissionEvent.Accepted event,
            int campaign,
            RecipientId id,
            Address address) {
        long contact = contact(address, event.at());
        String senderDomain =
                event.envelope().from().mailbox().map(a -> a.domain().name()).orElse("");
        RecipientRow.Origin origin =
                new RecipientRow.Origin(
                        contact, campaign, address.domain().name(), senderDomain, event.at());
        rows.put(Table.CONTACT_MESSAGES, Keys.contactMessage(contact, id), Keys.campaign(campaign));
        boolean isLate = rows.get(Table.RECIPIENTS, Keys.recipient(id)).isPresent();
        RecipientRow row = recipientRow(id).withOrigin(origin);
        change(id, row);
        if (row.isPending()) {
            Instant due =
                    row.delivery().state() == Delivery.State.DEFERRED ? row.nextTry() : event.at();
            PendingRow pending =
                    new PendingRow(
                            position,
                            address,
                            event.credential(),
                            event.facts().campaign().orElse(""),
                            event.facts().metadata().getOrDefault(POOL, ""),
                            event.facts().transactional(),
                            due,
                            row.attempts());
            rows.put(Table.PENDING, Keys.recipient(id), pending.encode());
        }
        // What happened before the message was known could not yet be held against, or for, the
        // address.
        if (isLate) {
            count(LinkRow.of(campaign, hits(id)));
            events(id).forEach(past -> consequences(id, past));
        }
    }

    private int campaign(String name, SubmissionEvent.Accepted event) {
        byte[] key = Keys.text(name);
        int id =
                rows.get(Table.CAMPAIGN_IDS, key)
                        .map(v -> ByteBuffer.wrap(v).getInt())
                        .orElseGet(() -> newCampaign(key));
        CampaignRow row =
                rows.get(Table.CAMPAIGNS, Keys.campaign(id))
                        .map(CampaignRow::decode)
                        .orElseGet(
                                () ->
                                        new CampaignRow(
                                                name,
                                                event.facts().sender(),
                                                event.facts().subject(),
                                                event.at(),
                                                event.at(),
                                                List.of()));
        CampaignRow joined =
                row.join(
                        event.at(),
                        event.facts().sender(),
                        event.facts().subject(),
                        event.facts().tags());
        rows.put(Table.CAMPAIGNS, Keys.campaign(id), joined.encode());
        return id;
    }

    private int newCampaign(byte[] key) {
        int id = (int) next(NEXT_CAMPAIGN);
        rows.put(Table.CAMPAIGN_IDS, key, Keys.campaign(id));
        return id;
    }

    private long contact(Address address, Instant at) {
        byte[] key = Keys.address(address.key());
        Optional<Long> known =
                rows.get(Table.CONTACT_IDS, key).map(v -> ByteBuffer.wrap(v).getLong());
        long id = known.orElseGet(() -> next(NEXT_CONTACT));
        if (known.isEmpty()) {
            rows.put(Table.CONTACT_IDS, key, Keys.contact(id));
        }
        ContactRow row =
                rows.get(Table.CONTACTS, Keys.contact(id))
                        .map(ContactRow::decode)
                        .orElseGet(() -> new ContactRow(address, at, at, 0));
        rows.put(Table.CONTACTS, Keys.contact(id), row.seen(at, 1).encode());
        return id;
    }

    private long next(byte[] counter) {
        long next =
                rows.get(Table.META, counter).map(v -> ByteBuffer.wrap(v).getLong()).orElse(0L) + 1;
        rows.put(Table.META, counter, Keys.contact(next));
        return next;
    }

    private void delivery(DeliveryEvent event) {
        if (isNew(event.recipient(), event)) {
            change(event.recipient(), RecipientFold.apply(recipientRow(event.recipient()), event));
            consequences(event.recipient(), event);
        }
    }

    private void feedback(FeedbackEvent event) {
        if (isNew(event.recipient(), event)) {
            change(event.recipient(), RecipientFold.apply(recipientRow(event.recipient()), event));
            consequences(event.recipient(), event);
        }
    }

    private void engagement(EngagementEvent event) {
        RecipientId id = event.recipient();
        if (!isNew(id, event)) {
            return;
        }
        RecipientRow row = recipientRow(id);
        change(
                id,
                switch (event) {
                    case EngagementEvent.Revised _ ->
                            row.withBadge(Badge.REVISED).withEngagement(recount(id));
                    case EngagementEvent.Unsubscribed _ -> row.withBadge(Badge.UNSUBSCRIBED);
                    case EngagementEvent.Opened _, EngagementEvent.Clicked _ ->
                            row.withEngagement(
                                    row.badges().contains(Badge.REVISED)
                                            ? recount(id)
                                            : EngagementFold.add(row.engagement(), event));
                });
        row.origin()
                .ifPresent(
                        origin -> {
                            touch(origin.contact(), contact -> contact.seen(event.at(), 0));
                            links(id, origin.campaign(), event);
                        });
        consequences(id, event);
    }

    private facteur.mail.status.Engagement recount(RecipientId id) {
        return EngagementFold.of(hits(id));
    }

    private List<EngagementEvent> hits(RecipientId id) {
        List<EngagementEvent> hits = new ArrayList<>();
        for (Event event : events(id)) {
            if (event instanceof EngagementEvent hit) {
                hits.add(hit);
            }
        }
        return hits;
    }

    private void count(Map<LinkRow.Key, LinkRow> added) {
        added.forEach((link, row) -> links.merge(link, row, LinkRow::plus));
    }

    /** Counts the links again whose clicks an event added or revised. */
    private void links(RecipientId id, int campaign, EngagementEvent event) {
        switch (event) {
            case EngagementEvent.Clicked _, EngagementEvent.Revised _ -> {
                List<EngagementEvent> after = hits(id);
                List<EngagementEvent> before = new ArrayList<>(after);
                before.remove(event);
                LinkRow.of(campaign, before)
                        .forEach((link, row) -> links.merge(link, row.negated(), LinkRow::plus));
                count(LinkRow.of(campaign, after));
            }
            case EngagementEvent.Opened _, EngagementEvent.Unsubscribed _ -> {}
        }
    }

    private void touch(long contact, UnaryOperator<ContactRow> change) {
        rows.get(Table.CONTACTS, Keys.contact(contact))
                .map(ContactRow::decode)
                .ifPresent(
                        row ->
                                rows.put(
                                        Table.CONTACTS,
                                        Keys.contact(contact),
                                        change.apply(row).encode()));
    }

    /** The events of a recipient, in the order of their times. */
    private List<Event> events(RecipientId id) {
        List<Event> events = new ArrayList<>();
        rows.scan(
                Table.TIMELINE,
                Keys.recipient(id),
                (_, value) -> events.add(EventCodec.decode(ByteBuffer.wrap(value))));
        return events;
    }

    private boolean isNew(RecipientId id, Event event) {
        byte[] octets = EventCodec.encode(event);
        byte[] key = Keys.timeline(id, event.at().toEpochMilli(), Keys.hash(octets));
        if (rows.get(Table.TIMELINE, key).isPresent()) {
            return false;
        }
        rows.put(Table.TIMELINE, key, octets);
        return true;
    }

    private RecipientRow recipientRow(RecipientId id) {
        return rows.get(Table.RECIPIENTS, Keys.recipient(id))
                .map(RecipientRow::decode)
                .orElse(RecipientRow.UNKNOWN);
    }

    /** Puts a recipient's new row, and everything that follows from it. */
    private void change(RecipientId id, RecipientRow after) {
        RecipientRow before = recipientRow(id);
        rows.put(Table.RECIPIENTS, Keys.recipient(id), after.encode());
        tally(before, after);
        HourRow.of(before).forEach((hour, row) -> hours.merge(hour, row.negated(), HourRow::plus));
        HourRow.of(after).forEach((hour, row) -> hours.merge(hour, row, HourRow::plus));
        after.origin().ifPresent(origin -> index(id, origin, before, after));
        if (after.origin().isPresent() && before.origin().isPresent()) {
            pending(id, after);
        }
    }

    private void tally(RecipientRow before, RecipientRow after) {
        TallyRow was = TallyRow.of(before);
        TallyRow is = TallyRow.of(after);
        List<TallyKey> keysBefore = TallyKey.of(before);
        List<TallyKey> keysAfter = TallyKey.of(after);
        for (TallyKey key : keysAfter) {
            change(key, keysBefore.contains(key) ? was : TallyRow.zero(), is);
        }
        for (TallyKey key : keysBefore) {
            if (!keysAfter.contains(key)) {
                change(key, was, TallyRow.zero());
            }
        }
    }

    private void change(TallyKey key, TallyRow before, TallyRow after) {
        tallies.computeIfAbsent(key, _ -> TallyRow.zero()).change(before, after);
    }

    private void index(
            RecipientId id, RecipientRow.Origin origin, RecipientRow before, RecipientRow after) {
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
        if (changed && origin.campaign() != 0) {
            byte[] shown = Cell.encode(after.status(false), after.status(true));
            rows.put(Table.CELLS, Keys.cell(origin.campaign(), origin.contact(), id), shown);
        }
    }

    private void pending(RecipientId id, RecipientRow after) {
        byte[] key = Keys.recipient(id);
        if (!after.isPending()) {
            rows.delete(Table.PENDING, key);
            return;
        }
        if (after.delivery().state() == Delivery.State.DEFERRED) {
            rows.get(Table.PENDING, key)
                    .map(PendingRow::decode)
                    .ifPresent(
                            row ->
                                    rows.put(
                                            Table.PENDING,
                                            key,
                                            row.due(after.nextTry(), after.attempts()).encode()));
        }
    }

    /** What an event means for the address rather than for the message. */
    private void consequences(RecipientId id, Event event) {
        Optional<RecipientRow.Origin> origin = recipientRow(id).origin();
        if (origin.isEmpty()) {
            return;
        }
        long contact = origin.get().contact();
        Address address =
                rows.get(Table.CONTACTS, Keys.contact(contact))
                        .map(value -> ContactRow.decode(value).address())
                        .orElseThrow();
        switch (event) {
            case DeliveryEvent.Ruled ruled -> ruled(id, address, contact, ruled);
            case FeedbackEvent.Doubted _ -> change(address, row -> row.doubting(id));
            case FeedbackEvent.Bounced bounced when bounced.hard() && !bounced.forwarded() ->
                    believe(
                            id,
                            address,
                            hardBounce(
                                    id,
                                    bounced.at(),
                                    bounced.why().category(),
                                    bounced.evidence().toString(),
                                    bounced.why().rule()));
            case FeedbackEvent.Bounced bounced when !bounced.forwarded() ->
                    softBounced(id, address, contact, bounced.at(), bounced.why().category());
            case FeedbackEvent.Complained complained -> suppress(address, complaint(complained));
            case EngagementEvent.Unsubscribed unsubscribed ->
                    suppress(address, unsubscribed(unsubscribed));
            case FeedbackEvent _,
                    ShapingEvent _,
                    DeliveryEvent _,
                    EngagementEvent _,
                    SubmissionEvent _,
                    OperatorEvent _ -> {}
        }
    }

    private void ruled(RecipientId id, Address address, long contact, DeliveryEvent.Ruled event) {
        switch (event.disposition()) {
            case Disposition.HardBounce(var why, var evidence) ->
                    believe(
                            id,
                            address,
                            hardBounce(
                                    id,
                                    event.at(),
                                    why.category(),
                                    evidence.toString(),
                                    why.rule()));
            case Disposition.SoftBounce(var why, var _) ->
                    softBounced(id, address, contact, event.at(), why.category());
            case Disposition.Delivered _,
                    Disposition.Deferred _,
                    Disposition.Abandoned _,
                    Disposition.Withdrawn _ -> {}
        }
    }

    /** Suppresses, unless the bounce was doubted before it came to be folded. */
    private void believe(RecipientId id, Address address, Suppression entry) {
        if (events(id).stream().noneMatch(FeedbackEvent.Doubted.class::isInstance)) {
            suppress(address, entry);
        }
    }

    private void softBounced(
            RecipientId id, Address address, long contact, Instant at, BounceCategory category) {
        if (!SoftBounces.counts(category)) {
            return;
        }
        List<RecipientRow> latest = new ArrayList<>();
        byte[] prefix = Keys.contact(contact);
        rows.scanBack(
                Table.CONTACT_MESSAGES,
                prefix,
                Keys.behind(prefix),
                (key, _) ->
                        latest.size() < SoftBounces.LOOKED_AT
                                && latest.add(recipientRow(Keys.recipient(key, prefix.length))));
        if (SoftBounces.suppress(latest)) {
            suppress(
                    address,
                    entry(
                            SuppressionCause.REPEATED_SOFT_BOUNCES,
                            new SuppressionScope.All(),
                            at,
                            id,
                            category.key()));
        }
    }

    private static Suppression entry(
            SuppressionCause cause,
            SuppressionScope scope,
            Instant since,
            RecipientId evidence,
            String why) {
        return new Suppression(
                cause, scope, since, Optional.empty(), Optional.of(evidence), why, "", "");
    }

    /** The suppression that a hard bounce causes; also used before the bounce is folded. */
    public static Suppression hardBounce(
            RecipientId id, Instant at, BounceCategory category, String reply, String rule) {
        Optional<Instant> expires =
                category == BounceCategory.INACTIVE_MAILBOX
                        ? Optional.of(at.plus(INACTIVE_EXPIRY))
                        : Optional.empty();
        return new Suppression(
                SuppressionCause.HARD_BOUNCE,
                new SuppressionScope.All(),
                at,
                expires,
                Optional.of(id),
                reply,
                rule,
                "");
    }

    /** The suppression that a complaint causes; also used before the complaint is folded. */
    public static Suppression complaint(FeedbackEvent.Complained event) {
        return entry(
                SuppressionCause.COMPLAINT,
                new SuppressionScope.All(),
                event.at(),
                event.recipient(),
                event.reporter());
    }

    /** The suppression that an unsubscription causes; also used before it is folded. */
    public static Suppression unsubscribed(EngagementEvent.Unsubscribed event) {
        return entry(
                SuppressionCause.UNSUBSCRIBED,
                new SuppressionScope.Campaigns(),
                event.at(),
                event.recipient(),
                event.means());
    }

    /** Parts of an import of suppressions that are folded and wait for its commit. */
    public static int stagedParts(Rows rows, long importId) {
        return SuppressionImport.staged(rows, importId);
    }

    private void suppress(Address address, Suppression entry) {
        change(address, row -> row.with(entry));
    }

    private void change(Address address, UnaryOperator<SuppressionRow> change) {
        byte[] key = Keys.address(address.key());
        SuppressionRow row =
                rows.get(Table.SUPPRESSIONS, key)
                        .map(SuppressionRow::decode)
                        .orElseGet(() -> SuppressionRow.of(address.toString()));
        rows.put(Table.SUPPRESSIONS, key, change.apply(row).encode());
    }

    private void operator(OperatorEvent event) {
        switch (event) {
            case OperatorEvent.Suppressed e ->
                    suppress(
                            e.address(),
                            new Suppression(
                                    e.cause(),
                                    e.scope(),
                                    e.at(),
                                    e.expires(),
                                    Optional.empty(),
                                    e.why(),
                                    "",
                                    e.operator()));
            case OperatorEvent.Unsuppressed e -> change(e.address(), row -> row.liftedAt(e.at()));
            case OperatorEvent.ImportStaged e ->
                    new SuppressionImport(rows, this::suppress).staged(e);
            case OperatorEvent.ImportCommitted e ->
                    new SuppressionImport(rows, this::suppress).committed(e);
            case OperatorEvent.RetryAsked e -> note(e.message(), e);
            case OperatorEvent.CancelAsked e -> note(e.message(), e);
            case OperatorEvent.Held e -> latest(Table.HELD, Keys.text(e.subject()), e);
            case OperatorEvent.Moved e -> latest(Table.MOVED, Keys.text(e.subject()), e);
            // Orders of a moment: what they did to each recipient is recorded with him.
            case OperatorEvent.FlushAsked _, OperatorEvent.WithdrawAsked _ -> {}
        }
    }

    private void note(MailId message, OperatorEvent event) {
        isNew(new RecipientId(message, WHOLE_MESSAGE), event);
    }

    /** What was decided last about a subject; earlier decisions that come later change nothing. */
    private void latest(Table table, byte[] key, Event event) {
        boolean later =
                rows.get(table, key)
                        .map(v -> EventCodec.decode(ByteBuffer.wrap(v)).at().isBefore(event.at()))
                        .orElse(true);
        if (later) {
            rows.put(table, key, EventCodec.encode(event));
        }
    }

    private void shaping(ShapingEvent event) {
        String kind =
                switch (event) {
                    case ShapingEvent.Suspended _ -> "suspended";
                    case ShapingEvent.Slowed _ -> "slowed";
                    case ShapingEvent.Limited _ -> "limited";
                };
        latest(Table.PATHS, Keys.text(event.site() + "\0" + event.source() + "\0" + kind), event);
    }
}
