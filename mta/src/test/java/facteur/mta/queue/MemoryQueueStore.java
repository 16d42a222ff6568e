package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.outcome.Disposition;
import facteur.mail.suppression.Suppression;
import facteur.mta.queue.record.QueueStore;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Keeps everything in memory, and holds the queue to what a store must see: each recipient's
 * attempts count up, and nobody is ruled again once he is settled.
 */
final class MemoryQueueStore implements QueueStore {
    private final String about;
    private final Map<Long, SubmissionEvent.Accepted> messages = new HashMap<>();
    private final Map<RecipientId, DeliveryEvent.Ruled> last = new HashMap<>();
    private final Map<RecipientId, String> addresses = new HashMap<>();
    final List<DeliveryEvent.Ruled> rulings = new ArrayList<>();
    final List<ShapingEvent> shaped = new ArrayList<>();
    private long positions;
    int settled;

    /**
     * @param about what a failure must name: the seed
     */
    MemoryQueueStore(String about) {
        this.about = about;
    }

    /** Accepts a message; its recipients are the caller's to hand over. */
    List<QueuedRecipient> accept(
            MailId id, String credential, String campaign, List<Address> recipients) {
        SubmissionEvent.Accepted accepted =
                new SubmissionEvent.Accepted(
                        id,
                        id.at(),
                        credential,
                        "127.0.0.1",
                        Envelope.of(
                                new ReversePath.Null(),
                                recipients.stream().map(Recipient::of).toList()),
                        facts(campaign),
                        Handling.ORDINARY,
                        3);
        Position position = new Position(++positions);
        messages.put(position.value(), accepted);
        for (int i = 0; i < recipients.size(); i++) {
            addresses.put(id.recipient(i), recipients.get(i).toString());
        }
        return QueuedRecipient.of(accepted, position);
    }

    Set<MailId> messageIds() {
        return messages.values().stream()
                .map(SubmissionEvent.Accepted::message)
                .collect(Collectors.toSet());
    }

    /** Whom a ruling is about. */
    String address(int ruling) {
        RecipientId id = rulings.get(ruling).recipient();
        return addresses.getOrDefault(id, "");
    }

    private static MessageFacts facts(String campaign) {
        return new MessageFacts(
                Optional.of(campaign).filter(name -> !name.isEmpty()),
                "",
                "",
                "",
                List.of(),
                Optional.empty(),
                Map.of(),
                Tracking.OFF,
                campaign.isEmpty(),
                List.of());
    }

    @Override
    public List<RecipientId> owed(MailId message, int limit) {
        return List.of();
    }

    @Override
    public List<PendingRecipient> pending(Optional<RecipientId> after) {
        return List.of();
    }

    @Override
    public String lastReply(RecipientId recipient) {
        DeliveryEvent.Ruled ruled = last.get(recipient);
        return ruled != null
                        && ruled.disposition() instanceof Disposition.Deferred(_, var evidence, _)
                ? evidence.toString()
                : "";
    }

    @Override
    public Optional<String> stopped() {
        return Optional.empty();
    }

    @Override
    public List<OperatorEvent.Held> held() {
        return List.of();
    }

    @Override
    public List<OperatorEvent.Moved> moved() {
        return List.of();
    }

    @Override
    public List<ShapingEvent> paths() {
        return List.of();
    }

    @Override
    public CompletableFuture<Position> record(List<Event> events) {
        for (Event event : events) {
            switch (event) {
                case DeliveryEvent.Ruled ruled -> ruled(ruled);
                case ShapingEvent shaping -> shaped.add(shaping);
                default -> {}
            }
        }
        return CompletableFuture.completedFuture(new Position(++positions));
    }

    private void ruled(DeliveryEvent.Ruled ruled) {
        DeliveryEvent.Ruled before = last.put(ruled.recipient(), ruled);
        assertTrue(
                before == null || !before.disposition().isFinal(),
                () -> about + ": " + ruled + " after " + before);
        if (ruled.hop().isPresent()) {
            assertEquals(before == null ? 1 : before.attempt() + 1, ruled.attempt(), about);
        }
        settled += ruled.disposition().isFinal() ? 1 : 0;
        rulings.add(ruled);
    }

    @Override
    public Optional<Journal.StoredMessage> message(MailId id, Position position) {
        return Optional.ofNullable(messages.get(position.value()))
                .map(accepted -> new Journal.StoredMessage(accepted, Content.of(new byte[3])));
    }

    @Override
    public Optional<Suppression> suppression(
            AddressKey address, String credential, boolean isCampaignMail, Instant now) {
        return Optional.empty();
    }

    @Override
    public void suppress(AddressKey address, Suppression entry, Position recorded) {}
}
