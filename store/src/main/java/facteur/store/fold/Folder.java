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
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Numbers;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.status.Delivery;
import facteur.mail.suppression.Suppression;
import facteur.store.codec.EventCodec;
import facteur.store.journal.Position;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.Campaign;
import facteur.store.query.Contact;
import facteur.store.query.PendingRecipient;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientState.Badge;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Applies the events of one batch to the rows of one transaction.
 *
 * <p>Each event is first put into the timeline under a key made of its time and its octets. If it
 * is there already it has been folded before, and nothing else happens: that makes every fold
 * idempotent. The rest is a join on the recipient's row ({@link RecipientFold}, {@link HitFold}),
 * and whatever follows from a row is derived from the row before and the row after ({@link
 * Indexes}, {@link Sums}), so that it cannot depend on the order of events either.
 *
 * <p>No event costs more for what happened to its recipient before: nothing is counted anew, and
 * what is asked of the past stands under a key of its own ({@link RecipientMarks}). So a stranger
 * one long history does not delay another.
 *
 * <p>What is forgotten ({@link RetentionHorizon}) is the exception: it is forgotten for good, at
 * its place in the journal, and later events of such messages are of no consequence.
 */
public final class Folder {
    /** Where one process keeps all of it, all of it is in one shard. */
    private static final int SHARD = 0;

    private static final String NEXT_CONTACT = "next_contact";
    private static final String NEXT_CAMPAIGN = "next_campaign";

    private final BatchRows rows;
    private final Sums sums;
    private final Indexes indexes;
    private final Timelines timelines;
    private final HitFold hits;
    private final Consequences consequences;
    private final Forgetting forgetting;
    private RetentionHorizon retentionHorizon;

    public Folder(Rows into) {
        this.rows = new BatchRows(into);
        this.sums = new Sums(rows);
        this.indexes = new Indexes(rows, sums);
        this.timelines = new Timelines(rows);
        this.consequences = new Consequences(rows);
        this.hits = new HitFold(rows, sums, timelines);
        this.forgetting = new Forgetting(rows, timelines, indexes, hits);
        this.retentionHorizon = RetentionHorizon.of(rows);
    }

    /** Folds one event that stands at {@code position}, to its end. */
    public void fold(Position position, Event event) {
        boolean done;
        do {
            done = fold(position, event, EventCodec.encode(event));
        } while (!done);
    }

    /**
     * Folds one event, or a part of what it forgets.
     *
     * @param octets of the event; kept in its timeline as they are
     * @return false when it is to be folded again, before any other
     */
    public boolean fold(Position position, Event event, byte[] octets) {
        switch (event) {
            case SubmissionEvent.Accepted accepted -> message(position, position, accepted);
            case DeliveryEvent delivery -> delivery(delivery, octets);
            case ShapingEvent shaping -> shaping(shaping);
            case HostEvent host -> host(host);
            case FeedbackEvent feedback -> feedback(feedback, octets);
            case EngagementEvent.Seen seen -> consequences.seen(seen);
            case EngagementEvent engagement -> engagement(engagement, octets);
            case ReadershipEvent.Counted counted -> counted(counted, octets);
            case OperatorEvent operator -> {
                return operator(operator, octets);
            }
        }
        return true;
    }

    /**
     * Folds a message that stands at {@code position}.
     *
     * @param first where the oldest of its octets stand
     */
    public void message(Position position, Position first, SubmissionEvent.Accepted event) {
        Optional<AcceptedMessage> known = MessageRow.find(rows, event.message());
        if (known.isPresent()) {
            moved(position, first, known.get());
        } else if (!retentionHorizon.hasForgotten(event.message())) {
            accepted(position, first, event);
        }
    }

    /** Writes what was summed up. Nothing may be folded afterwards. */
    public void finish() {
        sums.write();
        rows.flush();
    }

    private void accepted(Position position, Position first, SubmissionEvent.Accepted event) {
        long campaign =
                event.facts()
                        .campaign()
                        .map(name -> campaign(name, event))
                        .orElseGet(() -> Numbers.of(event.handling().tenant(), SHARD, 0));
        MessageRow.put(rows, MessageRow.of(position, campaign, event));
        rows.put(
                Table.MESSAGE_IDS,
                Keys.messageId(event.facts().messageId(), event.message()),
                new byte[0]);
        sums.holds(first, position, event.at(), event.size());
        timelines.each(
                new RecipientId(event.message(), Timelines.COUNTED),
                past -> {
                    if (past instanceof ReadershipEvent.Counted counted) {
                        sums.links(LinkRow.of(campaign, counted));
                    }
                });
        List<Recipient> recipients = event.envelope().recipients();
        for (int i = 0; i < recipients.size(); i++) {
            RecipientId id = event.message().recipient(i);
            Address address = recipients.get(i).address();
            RecipientState state = recipient(event, campaign, id, address);
            if (RecipientRow.isPending(state)) {
                owe(new Owed(position, first, event), id, address, state);
            }
        }
    }

    private record Owed(Position position, Position first, SubmissionEvent.Accepted event) {}

    private void owe(Owed message, RecipientId id, Address address, RecipientState state) {
        boolean deferred = state.delivery().state() == Delivery.State.DEFERRED;
        SubmissionEvent.Accepted event = message.event();
        PendingRow pending =
                new PendingRow(
                        message.first(),
                        new PendingRecipient(
                                id,
                                message.position(),
                                address,
                                event.credential(),
                                event.facts().campaign().orElse(""),
                                event.facts().metadata().getOrDefault(MessageFacts.POOL, ""),
                                event.facts().transactional(),
                                deferred ? state.nextTry() : event.at(),
                                state.attempts(),
                                RecipientRow.hasMetHost(state)));
        indexes.owe(id, Optional.empty(), Optional.of(pending));
    }

    /** A message was appended again so that its first place can be let go. */
    private void moved(Position position, Position first, AcceptedMessage known) {
        if (position.compareTo(known.position()) <= 0) {
            return;
        }
        MailId message = known.accepted().message();
        MessageRow.put(rows, MessageRow.movedTo(position, known));
        sums.holds(first, position, known.accepted().at(), known.accepted().size());
        for (int i = 0; i < known.recipients(); i++) {
            RecipientId id = message.recipient(i);
            Optional<PendingRow> pending = indexes.pendingRow(id);
            indexes.owe(id, pending, pending.map(owed -> owed.movedTo(position, first)));
        }
    }

    private RecipientState recipient(
            SubmissionEvent.Accepted event, long campaign, RecipientId id, Address address) {
        long contact = contact(event.handling().tenant(), address, event.at());
        String senderDomain =
                event.envelope().from().mailbox().map(a -> a.domain().name()).orElse("");
        RecipientState.Origin origin =
                new RecipientState.Origin(
                        contact, campaign, address.domain().name(), senderDomain, event.at());
        Optional<RecipientState> early = RecipientRow.find(rows, id);
        RecipientState before = early.orElse(RecipientRow.UNKNOWN);
        RecipientState state = RecipientRow.withOrigin(before, origin);
        change(id, before, state);
        // What happened before the message was known could not yet be held against, or for, the
        // address. A message becomes known once, so each of its events is read again once at most.
        if (early.isPresent()) {
            timelines.each(id, past -> known(id, state, contact, past));
        }
        return state;
    }

    private void known(RecipientId id, RecipientState state, long contact, Event past) {
        if (past instanceof EngagementEvent.Clicked click) {
            hits.messageKnown(id, state, click);
        }
        consequences.follow(id, contact, past);
    }

    private long campaign(String name, SubmissionEvent.Accepted event) {
        Tenant tenant = event.handling().tenant();
        byte[] key = Keys.name(tenant, name);
        long id =
                rows.get(Table.CAMPAIGN_IDS, key)
                        .map(Keys::number)
                        .orElseGet(() -> newCampaign(tenant, key));
        Campaign known =
                rows.get(Table.CAMPAIGNS, Keys.campaign(id))
                        .map(octets -> CampaignRow.decode(id, octets))
                        .orElseGet(
                                () ->
                                        new Campaign(
                                                id,
                                                name,
                                                event.facts().sender(),
                                                event.facts().subject(),
                                                event.at(),
                                                event.at(),
                                                List.of()));
        Campaign joined =
                CampaignRow.join(
                        known,
                        event.at(),
                        event.facts().sender(),
                        event.facts().subject(),
                        event.facts().tags());
        rows.put(Table.CAMPAIGNS, Keys.campaign(id), CampaignRow.encode(joined));
        return id;
    }

    private long newCampaign(Tenant tenant, byte[] key) {
        long id = next(tenant, NEXT_CAMPAIGN);
        rows.put(Table.CAMPAIGN_IDS, key, Keys.campaign(id));
        return id;
    }

    private long contact(Tenant tenant, Address address, Instant at) {
        byte[] key = Keys.address(tenant, address.key());
        Optional<Long> known =
                rows.get(Table.CONTACT_IDS, key).map(v -> ByteBuffer.wrap(v).getLong());
        long id = known.orElseGet(() -> next(tenant, NEXT_CONTACT));
        if (known.isEmpty()) {
            rows.put(Table.CONTACT_IDS, key, Keys.contact(id));
        }
        Contact contact =
                ContactRow.find(rows, id).orElseGet(() -> new Contact(id, address, at, at, 0));
        ContactRow.put(rows, ContactRow.seen(contact, at, 1));
        return id;
    }

    private long next(Tenant tenant, String counter) {
        byte[] key = Keys.name(tenant, counter);
        long count = rows.get(Table.META, key).map(Keys::number).orElse(0L) + 1;
        rows.put(Table.META, key, Keys.contact(count));
        return Numbers.of(tenant, SHARD, count);
    }

    private void delivery(DeliveryEvent event, byte[] octets) {
        RecipientId id = event.recipient();
        if (isNew(id, event.at(), octets)) {
            RecipientState before = recipient(id);
            RecipientMarks.put(rows, id, event);
            change(id, before, RecipientFold.apply(before, event));
            follow(id, before, event);
        }
    }

    private void feedback(FeedbackEvent event, byte[] octets) {
        RecipientId id = event.recipient();
        if (isNew(id, event.at(), octets)) {
            RecipientState before = recipient(id);
            RecipientMarks.put(rows, id, event);
            change(id, before, RecipientFold.apply(before, event));
            follow(id, before, event);
        }
    }

    private void engagement(EngagementEvent event, byte[] octets) {
        RecipientId id = event.recipient();
        if (!isNew(id, event.at(), octets)) {
            return;
        }
        RecipientState before = recipient(id);
        change(id, before, engaged(id, before, event));
        before.origin()
                .ifPresent(
                        origin ->
                                touch(
                                        origin.contact(),
                                        contact -> ContactRow.seen(contact, event.at(), 0)));
        follow(id, before, event);
    }

    private RecipientState engaged(RecipientId id, RecipientState state, EngagementEvent event) {
        return switch (event) {
            case EngagementEvent.Revised e ->
                    RecipientRow.withEngagement(
                            RecipientRow.withBadge(state, Badge.REVISED),
                            hits.revise(id, state, e));
            case EngagementEvent.Recognised e ->
                    RecipientRow.withEngagement(state, hits.recognise(id, state, e));
            case EngagementEvent.Unsubscribed _ ->
                    RecipientRow.withBadge(state, Badge.UNSUBSCRIBED);
            case EngagementEvent.Seen _, EngagementEvent.TrackingDeclined _ -> state;
            case EngagementEvent.Hit e ->
                    RecipientRow.withEngagement(state, hits.add(id, state, e));
        };
    }

    private void counted(ReadershipEvent.Counted event, byte[] octets) {
        if (isNew(new RecipientId(event.message(), Timelines.COUNTED), event.at(), octets)) {
            MessageRow.find(rows, event.message())
                    .ifPresent(message -> sums.links(LinkRow.of(message.campaign(), event)));
        }
    }

    private void touch(long contact, UnaryOperator<Contact> change) {
        ContactRow.find(rows, contact)
                .ifPresent(known -> ContactRow.put(rows, change.apply(known)));
    }

    private boolean isNew(RecipientId id, Instant at, byte[] octets) {
        boolean forgotten =
                retentionHorizon.hasForgotten(id.message())
                        && RecipientRow.find(rows, id).isEmpty();
        return !forgotten && timelines.add(id, at, octets);
    }

    private RecipientState recipient(RecipientId id) {
        return RecipientRow.find(rows, id).orElse(RecipientRow.UNKNOWN);
    }

    /** Puts a recipient's new row, and everything that follows from it. */
    private void change(RecipientId id, RecipientState before, RecipientState after) {
        RecipientRow.put(rows, id, after);
        sums.change(before, after);
        indexes.change(id, before, after);
    }

    private void follow(RecipientId id, RecipientState state, Event event) {
        state.origin().ifPresent(origin -> consequences.follow(id, origin.contact(), event));
    }

    private boolean operator(OperatorEvent event, byte[] octets) {
        switch (event) {
            case OperatorEvent.Suppressed e ->
                    consequences.change(
                            Tenant.MAIN,
                            e.address(),
                            row ->
                                    row.with(
                                            new Suppression(
                                                    e.cause(),
                                                    e.scope(),
                                                    e.at(),
                                                    e.expires(),
                                                    Optional.empty(),
                                                    e.why(),
                                                    "",
                                                    e.operator())));
            case OperatorEvent.Unsuppressed e ->
                    consequences.change(Tenant.MAIN, e.address(), row -> row.liftedAt(e.at()));
            case OperatorEvent.ImportStaged e -> imports().staged(e);
            case OperatorEvent.ImportCommitted e -> imports().committed(e);
            case OperatorEvent.RetryAsked e -> note(e.message(), e.at(), octets);
            case OperatorEvent.CancelAsked e -> note(e.message(), e.at(), octets);
            case OperatorEvent.Held e -> latest(Table.HELD, Keys.text(e.subject()), e);
            case OperatorEvent.Moved e -> latest(Table.MOVED, Keys.text(e.subject()), e);
            // Orders of a moment: what they did to each recipient is recorded with it.
            case OperatorEvent.FlushAsked _, OperatorEvent.WithdrawAsked _ -> {}
            case OperatorEvent.Erased e -> {
                return forgetting.person(e);
            }
            case OperatorEvent.Expired e -> {
                return expired(e);
            }
        }
        return true;
    }

    private SuppressionImport imports() {
        return new SuppressionImport(
                rows, (address, entry) -> consequences.suppress(Tenant.MAIN, address, entry));
    }

    private boolean expired(OperatorEvent.Expired event) {
        retentionHorizon =
                retentionHorizon.join(new RetentionHorizon(event.timelines(), event.history()));
        rows.put(Table.META, RetentionHorizon.KEY, retentionHorizon.encode());
        return forgetting.before(retentionHorizon);
    }

    private void note(MailId message, Instant at, byte[] octets) {
        timelines.add(new RecipientId(message, Timelines.WHOLE_MESSAGE), at, octets);
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

    private void host(HostEvent event) {
        String kind =
                switch (event) {
                    case HostEvent.TlsWorked _ -> "tls worked";
                    case HostEvent.TlsFailed _ -> "tls failed";
                };
        latest(Table.HOSTS, Keys.text(event.host() + "\0" + kind), event);
    }
}
