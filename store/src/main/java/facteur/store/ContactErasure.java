package facteur.store;

import facteur.mail.address.AddressKey;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Queries;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.Timeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What is known of one person, and the end of it.
 *
 * <p>Erasing takes the address and what single messages tell of the person out of the views; sums
 * and statuses stay, under a number. A standing refusal stays too, under a hash: an unsubscription
 * must outlive the rest. The copy of the views for a rebuild is renewed within a minute. The
 * journal still holds message octets and addresses until its segments have had their time
 * (retention: bodies), and so do backups that were made before.
 */
public final class ContactErasure {
    private static final int PAGE = 1_000;

    private final Journal journal;
    private final Queries views;

    ContactErasure(Journal journal, Queries views) {
        this.journal = journal;
        this.views = views;
    }

    /** One message to the person, with the first page of what happened to it. */
    public record Sent(
            MessageRecipient recipient, Optional<AcceptedMessage> message, Timeline timeline) {}

    /**
     * A page of everything that is known of a person.
     *
     * @param messages the newest first
     * @param next after what the next page is asked for; empty when there is none
     */
    public record Dossier(
            Contact contact,
            Optional<SuppressedAddress> suppressions,
            List<Sent> messages,
            Optional<RecipientId> next) {
        public Dossier {
            messages = List.copyOf(messages);
        }
    }

    /**
     * Empty when this address is unknown.
     *
     * @param after the {@code next} of the page before
     */
    public Optional<Dossier> dossier(AddressKey address, Optional<RecipientId> after, int limit) {
        return views.contacts()
                .find(address)
                .map(contact -> dossier(contact, address, after, limit));
    }

    private Dossier dossier(
            Contact contact, AddressKey address, Optional<RecipientId> after, int limit) {
        List<MessageRecipient> found = views.contacts().messages(contact.id(), after, limit + 1);
        boolean more = found.size() > limit;
        List<MessageRecipient> page = more ? found.subList(0, limit) : found;
        return new Dossier(
                contact,
                views.suppressions().find(address),
                page.stream().map(this::sent).toList(),
                more ? Optional.of(page.getLast().id()) : Optional.empty());
    }

    private Sent sent(MessageRecipient recipient) {
        return new Sent(
                recipient,
                views.messages().find(recipient.id().message()),
                views.messages().timeline(recipient.id()));
    }

    private List<MessageRecipient> messages(long contact) {
        List<MessageRecipient> all = new ArrayList<>();
        List<MessageRecipient> page;
        Optional<RecipientId> last = Optional.empty();
        do {
            page = views.contacts().messages(contact, last, PAGE);
            all.addAll(page);
            last = page.isEmpty() ? last : Optional.of(page.getLast().id());
        } while (page.size() == PAGE);
        return all;
    }

    /** The outcome of an erasure. */
    public sealed interface Erasure {
        /** It is on disk at {@code position}, and in the views soon. */
        record Recorded(long contact, CompletableFuture<Position> position) implements Erasure {}

        /** The address is unknown. */
        record Unknown() implements Erasure {}

        /** Mail is still owed to the person, which must be sent or cancelled first. */
        record StillOwed(List<RecipientId> messages) implements Erasure {
            public StillOwed {
                messages = List.copyOf(messages);
            }
        }
    }

    /** Forgets a person; a second request for the same address finds none. */
    public Erasure erase(AddressKey address, String operator, String why, Instant now) {
        Optional<Contact> contact = views.contacts().find(address);
        if (contact.isEmpty()) {
            return new Erasure.Unknown();
        }
        List<RecipientId> owed =
                messages(contact.get().id()).stream()
                        .filter(message -> !message.state().delivery().state().isFinal())
                        .map(MessageRecipient::id)
                        .toList();
        return owed.isEmpty()
                ? new Erasure.Recorded(
                        contact.get().id(),
                        journal.append(
                                new OperatorEvent.Erased(contact.get().id(), now, operator, why)))
                : new Erasure.StillOwed(owed);
    }
}
