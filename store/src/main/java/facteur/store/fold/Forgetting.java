package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lets go of single messages whose time is over, and of a person who asked for it. Sums stay: they
 * name no one. What is still pending stays too, whatever was asked.
 */
final class Forgetting {
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

    /**
     * Everything before the horizon; what was forgotten before is not there any more to be read.
     */
    void before(RetentionHorizon retentionHorizon) {
        Set<RecipientId> old = new TreeSet<>();
        rows.scan(
                Table.TIMELINE,
                new byte[0],
                (key, _) -> isBefore(key, retentionHorizon.timelines()) && note(old, key));
        old.stream().filter(id -> indexes.pendingRow(id).isEmpty()).forEach(timelines::forget);
        Set<RecipientId> over = new TreeSet<>();
        rows.scan(
                Table.RECIPIENTS,
                new byte[0],
                (key, _) -> isBefore(key, retentionHorizon.history()) && note(over, key));
        over.stream().filter(id -> indexes.pendingRow(id).isEmpty()).forEach(this::recipient);
    }

    private static boolean isBefore(byte[] key, MailId bound) {
        return Keys.recipient(key, 0).message().compareTo(bound) < 0;
    }

    private static boolean note(Set<RecipientId> ids, byte[] key) {
        ids.add(Keys.recipient(key, 0));
        return true;
    }

    private void recipient(RecipientId id) {
        byte[] key = Keys.recipient(id);
        rows.get(Table.RECIPIENTS, key)
                .map(RecipientRow::decode)
                .ifPresent(row -> indexes.forget(id, row));
        rows.delete(Table.RECIPIENTS, key);
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
        messageRow(id)
                .ifPresent(
                        row ->
                                rows.delete(
                                        Table.MESSAGE_IDS,
                                        Keys.messageId(row.accepted().facts().messageId(), id)));
        rows.delete(Table.MESSAGES, Keys.message(id));
        timelines.forget(new RecipientId(id, Folder.WHOLE_MESSAGE));
        timelines.forget(new RecipientId(id, Folder.COUNTED));
    }

    private Optional<MessageRow> messageRow(MailId id) {
        return rows.get(Table.MESSAGES, Keys.message(id)).map(MessageRow::decode);
    }

    /**
     * Deletes a person's address, what remote servers said of it, and what single messages said of
     * the person. The statuses stay under a number that cannot be traced back. A standing refusal
     * to send to the address stays as well, under a hash of it: an unsubscription must outlive the
     * person's other data.
     */
    void person(OperatorEvent.Erased event) {
        byte[] key = Keys.contact(event.contact());
        Optional<ContactRow> known = rows.get(Table.CONTACTS, key).map(ContactRow::decode);
        if (known.isEmpty() || known.get().isErased()) {
            return;
        }
        Address address = known.get().address();
        rows.put(Table.CONTACTS, key, known.get().erased(event.contact()).encode());
        rows.delete(
                Table.CONTACT_IDS, Keys.address(Numbers.tenant(event.contact()), address.key()));
        suppressed(Numbers.tenant(event.contact()), address.key());
        List<RecipientId> messages = new ArrayList<>();
        rows.scan(
                Table.CONTACT_MESSAGES,
                key,
                (found, _) -> messages.add(Keys.recipient(found, key.length)));
        messages.forEach(this::anonymous);
    }

    private void suppressed(Tenant tenant, AddressKey address) {
        rows.get(Table.SUPPRESSIONS, Keys.address(tenant, address))
                .map(SuppressionRow::decode)
                .ifPresent(
                        row -> {
                            AddressKey hashed = SuppressionRow.hashed(address);
                            rows.delete(Table.SUPPRESSIONS, Keys.address(tenant, address));
                            rows.put(
                                    Table.SUPPRESSIONS,
                                    Keys.address(tenant, hashed),
                                    row.anonymous(hashed.value()).encode());
                        });
    }

    private void anonymous(RecipientId id) {
        byte[] key = Keys.recipient(id);
        rows.get(Table.RECIPIENTS, key)
                .map(RecipientRow::decode)
                .ifPresent(row -> rows.put(Table.RECIPIENTS, key, row.anonymous().encode()));
        timelines.forget(id);
        messageRow(id.message())
                .filter(row -> row.recipients() == 1)
                .ifPresent(
                        row ->
                                rows.put(
                                        Table.MESSAGES,
                                        Keys.message(id.message()),
                                        row.with(anonymous(row.accepted().facts())).encode()));
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
