package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.store.query.Contact;
import facteur.store.query.SuppressedAddress;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Lets go of single messages whose time is over, and of a person who asked for it. Sums stay: they
 * name no one. What is still pending stays too, whatever was asked.
 *
 * <p>How much that is grows with a history, so it is done in parts: an event that is not done is
 * folded again before any other, and goes on where the cursor in {@link Table#META} stands. What
 * comes of it is the same, in however many transactions.
 */
final class Forgetting {
    /** Recipients that are forgotten by one step. */
    static final int PART = 500;

    private static final byte[] CURSOR = Keys.text("forgetting");

    private final Rows rows;
    private final Timelines timelines;
    private final Indexes indexes;
    private final HitFold hits;

    Forgetting(Rows rows, Timelines timelines, Indexes indexes, HitFold hits) {
        this.rows = rows;
        this.timelines = timelines;
        this.indexes = indexes;
        this.hits = hits;
    }

    /** Where the event that is being folded goes on. */
    private record Cursor(Phase phase, byte[] last) {
        @SuppressWarnings("EnumOrdinal") // The place is the stored format.
        static Cursor decode(byte[] value) {
            return new Cursor(Phase.values()[value[0]], Arrays.copyOfRange(value, 1, value.length));
        }

        @SuppressWarnings("EnumOrdinal") // The place is the stored format.
        byte[] encode() {
            return ByteBuffer.allocate(1 + last.length)
                    .put((byte) phase.ordinal())
                    .put(last)
                    .array();
        }
    }

    private enum Phase {
        TIMELINES,
        RECIPIENTS,
        PERSON
    }

    /** Whom to forget in a part, in the order of the keys that were gone through. */
    private record Part(List<RecipientId> ids, byte[] last, boolean isLast) {}

    private Optional<Cursor> cursor() {
        return rows.get(Table.META, CURSOR).map(Cursor::decode);
    }

    private boolean goOn(Phase phase, byte[] last) {
        rows.put(Table.META, CURSOR, new Cursor(phase, last).encode());
        return false;
    }

    private boolean done() {
        rows.delete(Table.META, CURSOR);
        return true;
    }

    /**
     * Everything before the horizon; what was forgotten before is not there any more to be read.
     *
     * @return false when more is left to do by folding the same event again
     */
    boolean before(RetentionHorizon retentionHorizon) {
        Cursor from = cursor().orElse(new Cursor(Phase.TIMELINES, new byte[0]));
        boolean isOfTimelines = from.phase() == Phase.TIMELINES;
        MailId bound = isOfTimelines ? retentionHorizon.timelines() : retentionHorizon.history();
        Part part =
                part(
                        isOfTimelines ? Table.TIMELINE : Table.RECIPIENTS,
                        new byte[0],
                        from.last(),
                        key -> isBefore(key, bound) ? Optional.of(id(key)) : Optional.empty());
        for (RecipientId id : part.ids()) {
            if (indexes.pendingRow(id).isEmpty()) {
                if (isOfTimelines) {
                    timelines.forget(id);
                } else {
                    recipient(id);
                }
            }
        }
        if (!part.isLast()) {
            return goOn(from.phase(), part.last());
        }
        return isOfTimelines ? goOn(Phase.RECIPIENTS, new byte[0]) : done();
    }

    private static RecipientId id(byte[] key) {
        return Keys.recipient(key, 0);
    }

    /**
     * The next recipients of a table, up to a part's number, and up to a key that names none.
     *
     * @param after begins behind this key; empty at first
     */
    private Part part(
            Table table,
            byte[] prefix,
            byte[] after,
            Function<byte[], Optional<RecipientId>> named) {
        Set<RecipientId> ids = new LinkedHashSet<>();
        byte[][] last = {after};
        boolean[] more = {false};
        rows.scan(
                table,
                prefix,
                after.length == 0 ? prefix : Arrays.copyOf(after, after.length + 1),
                (key, _) -> {
                    Optional<RecipientId> id = named.apply(key);
                    if (id.isEmpty()) {
                        return false;
                    }
                    if (ids.size() == PART && !ids.contains(id.get())) {
                        more[0] = true;
                        return false;
                    }
                    ids.add(id.get());
                    last[0] = key;
                    return true;
                });
        return new Part(List.copyOf(ids), last[0], !more[0]);
    }

    private static boolean isBefore(byte[] key, MailId bound) {
        return Keys.recipient(key, 0).message().compareTo(bound) < 0;
    }

    private void recipient(RecipientId id) {
        RecipientRow.find(rows, id).ifPresent(state -> indexes.forget(id, state));
        rows.delete(Table.RECIPIENTS, Keys.recipient(id));
        timelines.forget(id);
        hits.forget(id);
        RecipientMarks.forget(rows, id);
        List<byte[]> others = new ArrayList<>();
        rows.scan(
                Table.RECIPIENTS,
                Keys.message(id.message()),
                (other, _) -> {
                    others.add(other);
                    return false;
                });
        if (others.isEmpty()) {
            message(id.message());
        }
    }

    private void message(MailId id) {
        MessageRow.find(rows, id)
                .ifPresent(
                        message ->
                                rows.delete(
                                        Table.MESSAGE_IDS,
                                        Keys.messageId(
                                                message.accepted().facts().messageId(), id)));
        rows.delete(Table.MESSAGES, Keys.message(id));
        timelines.forget(new RecipientId(id, Timelines.WHOLE_MESSAGE));
        timelines.forget(new RecipientId(id, Timelines.COUNTED));
    }

    /**
     * Deletes a person's address, what remote servers said of it, and what single messages said of
     * the person. The statuses stay under a number that cannot be traced back. A standing refusal
     * to send to the address stays as well, under a hash of it: an unsubscription must outlive the
     * person's other data.
     *
     * @return false when more is left to do by folding the same event again
     */
    boolean person(OperatorEvent.Erased event) {
        byte[] key = Keys.contact(event.contact());
        Optional<Cursor> cursor = cursor();
        if (cursor.isEmpty() && !isErasedNow(event)) {
            return true;
        }
        Part part =
                part(
                        Table.CONTACT_MESSAGES,
                        key,
                        cursor.map(Cursor::last).orElse(new byte[0]),
                        found -> Optional.of(Keys.recipient(found, key.length)));
        part.ids().forEach(this::anonymous);
        return part.isLast() ? done() : goOn(Phase.PERSON, part.last());
    }

    /** Takes the address itself away; false when nobody is known, or not any more. */
    private boolean isErasedNow(OperatorEvent.Erased event) {
        Optional<Contact> known = ContactRow.find(rows, event.contact());
        if (known.isEmpty() || known.get().isErased()) {
            return false;
        }
        Address address = known.get().address();
        ContactRow.put(rows, known.get().erased());
        rows.delete(
                Table.CONTACT_IDS, Keys.address(Numbers.tenant(event.contact()), address.key()));
        suppressed(Numbers.tenant(event.contact()), address.key());
        return true;
    }

    private void suppressed(Tenant tenant, AddressKey address) {
        SuppressionRow.at(rows, tenant, address)
                .ifPresent(
                        plain -> {
                            AddressKey hashed = SuppressionRow.hashed(address);
                            rows.delete(Table.SUPPRESSIONS, Keys.address(tenant, address));
                            SuppressionRow.put(
                                    rows,
                                    tenant,
                                    new SuppressedAddress(
                                            hashed, hashed.value(), plain.standing().anonymous()));
                        });
    }

    private void anonymous(RecipientId id) {
        RecipientRow.find(rows, id)
                .ifPresent(state -> RecipientRow.put(rows, id, RecipientRow.anonymous(state)));
        timelines.forget(id);
        MessageRow.find(rows, id.message())
                .filter(message -> message.recipients() == 1)
                .ifPresent(
                        message ->
                                MessageRow.put(
                                        rows,
                                        MessageRow.with(
                                                anonymous(message.accepted().facts()), message)));
    }

    /** What a message to one person may say about them. */
    private static MessageFacts anonymous(MessageFacts facts) {
        return new MessageFacts(
                facts.campaign(),
                "",
                facts.sender(),
                facts.messageId(),
                facts.tags(),
                Optional.empty(),
                java.util.Map.of(),
                facts.tracking(),
                facts.transactional(),
                facts.notes());
    }
}
