package facteur.mta.queue.session;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.suppression.Suppression;
import facteur.mta.delivery.Connector;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.record.QueueStore;
import facteur.mta.queue.schedule.QueueKey;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.Journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Turns recipients into a transaction. Everything that reads the store is here: any thread. */
public final class TransactionBuilder {
    private static final Logger log = LoggerFactory.getLogger(TransactionBuilder.class);

    private final QueueStore store;
    private final MessageRenderer renderer;
    private final Owner owner;
    private final LongAdder lostMessages;

    /**
     * @param lostMessages counts messages that the journal should have and has not
     */
    public TransactionBuilder(
            QueueStore store, MessageRenderer renderer, Owner owner, LongAdder lostMessages) {
        this.store = store;
        this.renderer = renderer;
        this.owner = owner;
        this.lostMessages = lostMessages;
    }

    /**
     * What became of a request for a copy: each recipient is in just one of the lists.
     *
     * @param made for {@code carried}; empty when that is
     * @param left may be sent to, but not with this copy
     * @param withheld must not be sent to
     * @param failed why no copy could be made for {@code carried}
     */
    record Result(
            Optional<MessageRenderer.Made> made,
            List<QueuedRecipient> carried,
            List<QueuedRecipient> left,
            List<Withheld> withheld,
            Optional<Evidence> failed) {}

    /** A recipient that must not be sent to. */
    record Withheld(QueuedRecipient recipient, Disposition disposition) {}

    Result make(List<QueuedRecipient> recipients, Connector.Offer host, Instant now) {
        List<Withheld> withheld = new ArrayList<>();
        List<QueuedRecipient> allowed = new ArrayList<>(recipients.size());
        try {
            sort(recipients, owner.wall(now), allowed, withheld);
            if (allowed.isEmpty()) {
                return new Result(
                        Optional.empty(), List.of(), List.of(), withheld, Optional.empty());
            }
            QueuedRecipient first = allowed.getFirst();
            Optional<Journal.StoredMessage> message =
                    store.message(first.id().message(), first.position());
            return message.isPresent()
                    ? made(renderer.make(message.get(), allowed, host), allowed, withheld)
                    : lost(allowed, withheld);
        } catch (IOException | RuntimeException e) {
            log.error("failed to make the copy for {}", recipients.getFirst().id(), e);
            return new Result(
                    Optional.empty(),
                    recipients,
                    List.of(),
                    List.of(),
                    Optional.of(
                            new Evidence.Failed(
                                    Stage.LOCAL,
                                    Fault.RENDERING_FAILED,
                                    "Facteur failed to make the copy: " + e)));
        }
    }

    private void sort(
            List<QueuedRecipient> recipients,
            Instant now,
            List<QueuedRecipient> allowed,
            List<Withheld> withheld) {
        for (QueuedRecipient recipient : recipients) {
            QueueKey key = recipient.key();
            store.suppression(
                            recipient.address().key(),
                            key.credential(),
                            !key.campaign().isEmpty(),
                            now)
                    .map(TransactionBuilder::abandoned)
                    .ifPresentOrElse(
                            why -> withheld.add(new Withheld(recipient, why)),
                            () -> allowed.add(recipient));
        }
    }

    private static Disposition abandoned(Suppression entry) {
        return new Disposition.Abandoned(entry.cause(), entry.because());
    }

    private static Result made(
            MessageRenderer.Made made, List<QueuedRecipient> allowed, List<Withheld> withheld) {
        List<QueuedRecipient> carried = List.copyOf(allowed.subList(0, made.recipients()));
        List<QueuedRecipient> left =
                List.copyOf(allowed.subList(made.recipients(), allowed.size()));
        return new Result(Optional.of(made), carried, left, withheld, Optional.empty());
    }

    private Result lost(List<QueuedRecipient> allowed, List<Withheld> withheld) {
        QueuedRecipient first = allowed.getFirst();
        String lost =
                "the message is not in the journal at "
                        + first.position()
                        + " any more, although it is owed";
        lostMessages.increment();
        log.error("{}: {}; verify the store: facteur store verify", first.id(), lost);
        Evidence evidence = new Evidence.Failed(Stage.LOCAL, Fault.MESSAGE_LOST, lost);
        Disposition bounced =
                new Disposition.SoftBounce(
                        new BounceClass(BounceCategory.INTERNAL_ERROR, "message-lost"), evidence);
        List<Withheld> all = new ArrayList<>(withheld);
        allowed.forEach(recipient -> all.add(new Withheld(recipient, bounced)));
        return new Result(Optional.empty(), List.of(), List.of(), all, Optional.empty());
    }
}
