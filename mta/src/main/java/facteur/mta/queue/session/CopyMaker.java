package facteur.mta.queue;

import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.delivery.Connector;
import facteur.store.fold.Suppression;
import facteur.store.journal.Journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns recipients into a transaction. Everything that reads the store is here: any thread. */
final class CopyMaker {
    private static final Logger log = LoggerFactory.getLogger(CopyMaker.class);

    private final Ledger ledger;
    private final Copies copies;

    CopyMaker(Ledger ledger, Copies copies) {
        this.ledger = ledger;
        this.copies = copies;
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
            Optional<Copies.Made> made,
            List<Pending> carried,
            List<Pending> left,
            List<Withheld> withheld,
            Optional<Evidence> failed) {}

    /** Somebody who must not be sent to. */
    record Withheld(Pending pending, Disposition disposition) {}

    Result make(List<Pending> recipients, Connector.Offer host, Instant now) {
        List<Withheld> withheld = new ArrayList<>();
        List<Pending> allowed = new ArrayList<>(recipients.size());
        for (Pending pending : recipients) {
            suppression(pending, now)
                    .ifPresentOrElse(
                            entry ->
                                    withheld.add(
                                            new Withheld(
                                                    pending,
                                                    new Disposition.Abandoned(
                                                            entry.cause(), entry.because()))),
                            () -> allowed.add(pending));
        }
        if (allowed.isEmpty()) {
            return new Result(Optional.empty(), List.of(), List.of(), withheld, Optional.empty());
        }
        try {
            Pending first = allowed.getFirst();
            Optional<Journal.StoredMessage> message =
                    ledger.message(first.id().message(), first.position());
            return message.isPresent()
                    ? made(copies.make(message.get(), allowed, host), allowed, withheld)
                    : lost(allowed, withheld);
        } catch (IOException | RuntimeException e) {
            log.error("make the copy for {}", allowed.getFirst().id(), e);
            return new Result(
                    Optional.empty(),
                    allowed,
                    List.of(),
                    withheld,
                    Optional.of(
                            new Evidence.Failed(
                                    Stage.LOCAL,
                                    Fault.PROTOCOL_ERROR,
                                    "make the copy: " + e.getMessage())));
        }
    }

    private Optional<Suppression> suppression(Pending pending, Instant now) {
        Lane lane = pending.lane();
        return ledger.suppression(
                pending.address().key(), lane.credential(), !lane.campaign().isEmpty(), now);
    }

    private static Result made(Copies.Made made, List<Pending> allowed, List<Withheld> withheld) {
        List<Pending> carried = List.copyOf(allowed.subList(0, made.recipients()));
        List<Pending> left = List.copyOf(allowed.subList(made.recipients(), allowed.size()));
        return new Result(Optional.of(made), carried, left, withheld, Optional.empty());
    }

    private static Result lost(List<Pending> allowed, List<Withheld> withheld) {
        Pending first = allowed.getFirst();
        String lost = "the message is not in the journal at " + first.position() + " any more";
        log.error("{}: {}", first.id(), lost);
        List<Withheld> all = new ArrayList<>(withheld);
        allowed.forEach(
                pending ->
                        all.add(new Withheld(pending, new Disposition.Withdrawn("facteur", lost))));
        return new Result(Optional.empty(), List.of(), List.of(), all, Optional.empty());
    }
}
