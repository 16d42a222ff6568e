package facteur.admin.order;

import facteur.admin.access.AuditLog;
import facteur.admin.access.Visitor;
import facteur.admin.control.QueueControl;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.store.ContactErasure;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Carries orders out. */
public final class OperatorActions {
    // The next page should show what was done; if the fold is behind, it shows it a little later.
    private static final Duration SHOWN = Duration.ofSeconds(3);
    // A million addresses are folded in one transaction.
    private static final Duration IMPORTED = Duration.ofMinutes(5);
    private static final int MAX_REASON = 300;

    private final Store store;
    private final QueueControl queue;
    private final AuditLog audit;
    private final InstantSource clock;

    public OperatorActions(Store store, QueueControl queue, AuditLog audit, InstantSource clock) {
        this.store = store;
        this.queue = queue;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Who orders, and from where.
     *
     * @param why the reason given, perhaps empty
     */
    public record By(Visitor visitor, String client, String why) {
        public By {
            why = why.length() > MAX_REASON ? why.substring(0, MAX_REASON) : why;
        }
    }

    /** Refuses to send to addresses from now on. */
    public void suppress(
            By by, List<Address> addresses, SuppressionScope scope, Optional<Instant> expires)
            throws IOException {
        note(by, "suppression.add", addresses);
        record(
                addresses.stream()
                        .map(
                                address ->
                                        new OperatorEvent.Suppressed(
                                                address,
                                                clock.instant(),
                                                by.visitor().name(),
                                                SuppressionCause.MANUAL,
                                                scope,
                                                expires,
                                                by.why()))
                        .toList());
    }

    /** Lifts every refusal that stands against addresses. */
    public void lift(By by, List<Address> addresses) throws IOException {
        note(by, "suppression.lift", addresses);
        record(
                addresses.stream()
                        .map(
                                address ->
                                        new OperatorEvent.Unsuppressed(
                                                address,
                                                clock.instant(),
                                                by.visitor().name(),
                                                by.why()))
                        .toList());
    }

    /** Puts a part of an import on disk; it means nothing until {@link #commit}. */
    public void stage(By by, long importId, int part, List<OperatorEvent.Imported> rows)
            throws IOException {
        append(
                List.of(
                        new OperatorEvent.ImportStaged(
                                importId, part, clock.instant(), by.visitor().name(), rows)));
    }

    /** How many parts of an import are here and not committed. */
    public int stagedParts(long importId) throws IOException {
        try {
            boolean _ = store.awaitFoldedUntil(store.journal().durable(), IMPORTED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return store.views().suppressions().stagedParts(importId);
    }

    /** Lets all parts of an import hold, together. Returns when they do. */
    public void commit(By by, long importId, int parts, long rows) throws IOException {
        note(by, "suppression.import", List.of(rows + " addresses"));
        Position position =
                append(
                        List.of(
                                new OperatorEvent.ImportCommitted(
                                        importId,
                                        parts,
                                        rows,
                                        clock.instant(),
                                        by.visitor().name(),
                                        by.why())));
        try {
            boolean _ = store.awaitFolded(position, IMPORTED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is on disk, and folded at the next start
        }
    }

    /**
     * Forgets a person; see {@link ContactErasure}. The address is not repeated in the audit log.
     */
    public ContactErasure.Erasure erase(By by, AddressKey address) throws IOException {
        ContactErasure.Erasure erasure =
                store.people().erase(address, by.visitor().name(), by.why(), clock.instant());
        if (erasure instanceof ContactErasure.Erasure.Recorded(var contact, var position)) {
            note(by, "contact.erase", List.of(contact));
            try {
                boolean _ = store.awaitFolded(position.join(), SHOWN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return erasure;
    }

    /** Answers how many recipients are tried now. */
    public int retry(By by, MailId message) throws IOException {
        note(by, "message.retry", List.of(message));
        record(
                List.of(
                        new OperatorEvent.RetryAsked(
                                message, clock.instant(), by.visitor().name(), by.why())));
        return queue.flush("message:" + message, by.visitor().name());
    }

    /** Answers how many recipients will not be sent to. */
    public int cancel(By by, MailId message) throws IOException {
        note(by, "message.cancel", List.of(message));
        record(
                List.of(
                        new OperatorEvent.CancelAsked(
                                message, clock.instant(), by.visitor().name(), by.why())));
        return queue.cancel("message:" + message, by.visitor().name(), by.why());
    }

    /**
     * Answers how many recipients are tried now.
     *
     * @param subject a part of the queue, see {@link QueueControl}
     */
    public int flush(By by, String subject) throws IOException {
        note(by, "queue.flush", List.of(subject));
        record(
                List.of(
                        new OperatorEvent.FlushAsked(
                                subject, clock.instant(), by.visitor().name(), by.why())));
        return queue.flush(subject, by.visitor().name());
    }

    /** Answers how many recipients will not be sent to. */
    public int withdraw(By by, String subject) throws IOException {
        note(by, "queue.cancel", List.of(subject));
        record(
                List.of(
                        new OperatorEvent.WithdrawAsked(
                                subject, clock.instant(), by.visitor().name(), by.why())));
        return queue.cancel(subject, by.visitor().name(), by.why());
    }

    /**
     * @param source name of an egress source; empty: as without any order
     */
    public void move(By by, String subject, String source) throws IOException {
        note(by, "queue.move", List.of(subject + " to " + source));
        OperatorEvent.Moved order =
                new OperatorEvent.Moved(
                        subject, source, clock.instant(), by.visitor().name(), by.why());
        record(List.of(order));
        queue.move(order);
    }

    public void hold(By by, String subject, boolean held) throws IOException {
        note(by, held ? "queue.hold" : "queue.release", List.of(subject));
        OperatorEvent.Held order =
                new OperatorEvent.Held(
                        subject, held, clock.instant(), by.visitor().name(), by.why());
        record(List.of(order));
        queue.hold(order);
    }

    /** Writes down an action that is done elsewhere. */
    public void note(By by, String action, List<?> subjects) throws IOException {
        audit.append(
                subjects.stream()
                        .map(
                                subject ->
                                        new AuditLog.Line(
                                                clock.instant(),
                                                by.visitor().name(),
                                                by.client(),
                                                action,
                                                String.valueOf(subject),
                                                by.why()))
                        .toList());
    }

    private void record(List<? extends OperatorEvent> events) throws IOException {
        if (events.isEmpty()) {
            return;
        }
        Position last = append(events);
        try {
            store.awaitFolded(last, SHOWN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops; what was ordered is recorded
        }
    }

    private Position append(List<? extends OperatorEvent> events) throws IOException {
        List<JournalEntry> entries =
                events.stream()
                        .<JournalEntry>map(event -> new JournalEntry.Happened(event))
                        .toList();
        try {
            return store.journal().append(entries).join().getLast();
        } catch (CompletionException e) {
            throw new IOException("record " + events.size() + " orders in the journal", e);
        }
    }
}
