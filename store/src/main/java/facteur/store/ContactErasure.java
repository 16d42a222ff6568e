package facteur.store;

import facteur.mail.address.AddressKey;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.RecipientId;
import facteur.store.fold.MessageRow;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.query.SuppressedAddress;
import facteur.store.view.FoundContact;
import facteur.store.view.FoundRecipient;
import facteur.store.view.Timeline;
import facteur.store.view.Views;

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
    private final Views views;

    ContactErasure(Journal journal, Views views) {
        this.journal = journal;
        this.views = views;
    }

    /** One message to the person, with the first page of what happened to it. */
    public record Sent(FoundRecipient recipient, Optional<MessageRow> message, Timeline timeline) {}

    /**
     * A page of everything that is known of a person.
     *
     * @param messages the newest first
     * @param next after what the next page is asked for; empty when there is none
     */
    public record Dossier(
            FoundContact contact,
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
        return views.contact(address).map(contact -> dossier(contact, address, after, limit));
    }

    private Dossier dossier(
            FoundContact contact, AddressKey address, Optional<RecipientId> after, int limit) {
        List<FoundRecipient> found = views.contactMessages(contact.id(), after, limit + 1);
        boolean more = found.size() > limit;
        List<FoundRecipient> page = more ? found.subList(0, limit) : found;
        return new Dossier(
                contact,
                views.suppressions().find(address),
                page.stream().map(this::sent).toList(),
                more ? Optional.of(page.getLast().id()) : Optional.empty());
    }

    private Sent sent(FoundRecipient recipient) {
        return new Sent(
                recipient, views.message(recipient.id().message()), views.timeline(recipient.id()));
    }

    private List<FoundRecipient> messages(long contact) {
        List<FoundRecipient> all = new ArrayList<>();
        List<FoundRecipient> page;
        Optional<RecipientId> last = Optional.empty();
        do {
            page = views.contactMessages(contact, last, PAGE);
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
        Optional<FoundContact> contact = views.contact(address);
        if (contact.isEmpty()) {
            return new Erasure.Unknown();
        }
        List<RecipientId> owed =
                messages(contact.get().id()).stream()
                        .filter(message -> !message.row().delivery().state().isFinal())
                        .map(FoundRecipient::id)
                        .toList();
        return owed.isEmpty()
                ? new Erasure.Recorded(
                        contact.get().id(),
                        journal.append(
                                new OperatorEvent.Erased(contact.get().id(), now, operator, why)))
                : new Erasure.StillOwed(owed);
    }
}
