package facteur.mta.queue.record;

import facteur.mail.address.AddressKey;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.suppression.Suppression;
import facteur.store.Store;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the queue reads and records in a {@link Store}. */
public final class JournalQueueStore implements QueueStore {
    private static final int PAGE = 2_000;

    private final Store store;
    // What is accepted from now on is handed to the queue itself, and has a later id. (Not a later
    // place: what is owed for long is copied forward.)
    private final MailId newest;

    public JournalQueueStore(Store store) {
        this.store = store;
        this.newest =
                store.views().messages().page(Optional.empty(), 1).stream()
                        .map(row -> row.accepted().message())
                        .findFirst()
                        .orElse(new MailId(0));
    }

    @Override
    public List<PendingRecipient> pending(Optional<RecipientId> after) {
        return store.views().queue().pending(after, PAGE).stream()
                .filter(row -> row.id().message().compareTo(newest) <= 0)
                .toList();
    }

    @Override
    public List<RecipientId> owed(MailId message, int limit) {
        return store.views().queue().owed(message, limit);
    }

    @Override
    public String lastReply(RecipientId recipient) {
        return store.views()
                .messages()
                .recipient(recipient)
                .map(found -> found.state().reply())
                .orElse("");
    }

    @Override
    public Optional<String> stopped() {
        return store.journal().stopped();
    }

    @Override
    public List<OperatorEvent.Held> held() {
        return store.views().queue().held();
    }

    @Override
    public List<OperatorEvent.Moved> moved() {
        return store.views().queue().moved();
    }

    @Override
    public List<ShapingEvent> paths() {
        return store.views().queue().paths();
    }

    @Override
    public CompletableFuture<Position> record(List<Event> events) {
        return store.journal()
                .append(events.stream().<JournalEntry>map(JournalEntry.Happened::new).toList())
                .thenApply(List::getLast);
    }

    @Override
    public Optional<Journal.StoredMessage> message(MailId id, Position hint) throws IOException {
        return store.message(id, hint);
    }

    @Override
    public Optional<Suppression> suppression(
            AddressKey address, String credential, boolean isCampaignMail, Instant now) {
        return store.suppressions().find(address, credential, isCampaignMail, now);
    }

    @Override
    public void suppress(AddressKey address, Suppression entry, Position recorded) {
        store.suppressions().ahead(address, entry, recorded);
    }
}
