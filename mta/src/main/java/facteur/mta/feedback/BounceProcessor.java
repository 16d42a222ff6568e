package facteur.mta.feedback;

import facteur.mail.address.Address;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.suppression.Suppression;
import facteur.mail.suppression.SuppressionPolicy;
import facteur.mail.token.TokenSeal;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.feedback.mime4j.MailParts;
import facteur.store.Store;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.query.MessageRecipient;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Takes returned mail in: reads it, finds whom it is about, records what it means. When {@link
 * #take} returns, what there was to record is on disk and, where it suppresses, holds already; only
 * then may the client be told 250. Blocks; any thread that may wait.
 */
public final class BounceProcessor {
    private static final Logger log = LoggerFactory.getLogger(BounceProcessor.class);

    // A report can be faster than the fold: the provider answers while the view is a batch behind.
    private static final Duration VIEWS = Duration.ofSeconds(5);
    private static final int MAX_REPORT_ID = 200;

    // Reading is the dear part, and anybody may ask for it: half of the machine is for sending.
    private final Semaphore reading =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private final Store store;
    private final Supplier<BounceClassifier> classifier;
    private final Supplier<TokenSeal> seal;
    private final InstantSource clock;
    private final FeedbackFigures figures;

    /**
     * @param classifier asked anew for each mail, so that rules can change
     * @param seal as well, so that keys can
     */
    public BounceProcessor(
            Store store,
            Supplier<BounceClassifier> classifier,
            Supplier<TokenSeal> seal,
            InstantSource clock,
            FeedbackFigures figures) {
        this.store = store;
        this.classifier = classifier;
        this.seal = seal;
        this.clock = clock;
        this.figures = figures;
    }

    Supplier<TokenSeal> seal() {
        return seal;
    }

    FeedbackFigures figures() {
        return figures;
    }

    /** One event, and the entry by which it suppresses, if it does. */
    private record Finding(Event event, Address address, Optional<Suppression> suppression) {}

    /**
     * @param mail the octets that were kept of it
     * @return whether it is on disk; else the journal has stopped, and the sender must keep it
     */
    boolean take(byte[] mail, List<ReturnAddress> to) {
        ReturnedMail read;
        reading.acquireUninterruptibly();
        try {
            read = new ReturnedMailReader(classifier.get()).read(mail);
        } catch (RuntimeException e) {
            // A mistake of ours in what strangers wrote: they would send it again and again.
            log.error("failed to read a returned mail of {} octets; discarded", mail.length, e);
            figures.ignored().increment();
            return true;
        } finally {
            reading.release();
        }
        String reportId = reportId(mail);
        List<Finding> findings = new ArrayList<>();
        for (ReturnAddress address : to) {
            Optional<Finding> finding = finding(address, read, mail, reportId);
            finding.ifPresentOrElse(findings::add, figures.ignored()::increment);
        }
        try {
            record(findings);
            return true;
        } catch (CompletionException e) {
            log.error("failed to record {} returned mails", findings.size(), e);
            return false;
        }
    }

    private Optional<Finding> finding(
            ReturnAddress address, ReturnedMail read, byte[] mail, String reportId) {
        return switch (address) {
            case ReturnAddress.Bounce(RecipientId id) -> report(id, read, reportId);
            case ReturnAddress.Leave(RecipientId id) ->
                    address(id)
                            .filter(_ -> !isKnown(id, reportId))
                            .filter(
                                    _ ->
                                            !store.views()
                                                    .readers()
                                                    .isUnsubscribed(id, clock.instant()))
                            .map(who -> leave(id, who));
            // A desk takes mail from anybody: only a token in a complaint makes it worth a look.
            case ReturnAddress.RoleAddress _ ->
                    read.kind() == ReturnKind.COMPLAINT
                            ? TokenFinder.find(read.enclosed(), mail, seal.get())
                                    .flatMap(id -> report(id, read, reportId))
                            : Optional.empty();
            case ReturnAddress.Forged _, ReturnAddress.Unknown _, ReturnAddress.Elsewhere _ ->
                    throw new IllegalStateException(address + " was refused at RCPT");
        };
    }

    private Finding leave(RecipientId id, Address who) {
        EngagementEvent.Unsubscribed event =
                new EngagementEvent.Unsubscribed(id, clock.instant(), "mailto");
        return new Finding(event, who, Optional.of(SuppressionPolicy.unsubscribed(event)));
    }

    private Optional<Finding> report(RecipientId id, ReturnedMail read, String reportId) {
        return address(id)
                .filter(_ -> !isKnown(id, reportId))
                .filter(_ -> !store.views().messages().hasManyReports(id))
                .map(
                        who -> {
                            FeedbackEvent event =
                                    ReturnedMailPolicy.judge(
                                            read, id, who, clock.instant(), reportId);
                            return new Finding(event, who, suppression(event));
                        });
    }

    private static Optional<Suppression> suppression(FeedbackEvent event) {
        return switch (event) {
            case FeedbackEvent.Bounced bounced when bounced.hard() && !bounced.forwarded() ->
                    Optional.of(
                            SuppressionPolicy.hardBounce(
                                    bounced.recipient(),
                                    bounced.at(),
                                    bounced.why(),
                                    bounced.evidence()));
            case FeedbackEvent.Complained complained ->
                    Optional.of(SuppressionPolicy.complaint(complained));
            case FeedbackEvent _ -> Optional.empty();
        };
    }

    /** Whom we sent to under that token; empty when the message is not known here. */
    private Optional<Address> address(RecipientId id) {
        Optional<Address> known = known(id);
        if (known.isPresent()) {
            return known;
        }
        try {
            boolean _ = store.awaitFoldedUntil(store.journal().durable(), VIEWS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return known(id);
    }

    private Optional<Address> known(RecipientId id) {
        return store.views()
                .messages()
                .recipient(id)
                .flatMap(MessageRecipient::contact)
                .map(contact -> contact.address());
    }

    /** Servers repeat a report whose 250 they did not see. */
    private boolean isKnown(RecipientId id, String reportId) {
        return store.views().messages().hasReport(id, reportId);
    }

    private void record(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        List<Position> positions =
                store.journal()
                        .append(
                                findings.stream()
                                        .<JournalEntry>map(
                                                f -> new JournalEntry.Happened(f.event()))
                                        .toList())
                        .join();
        for (int i = 0; i < findings.size(); i++) {
            Finding finding = findings.get(i);
            Position recorded = positions.get(i);
            finding.suppression()
                    .ifPresent(
                            entry ->
                                    store.suppressions()
                                            .ahead(finding.address().key(), entry, recorded));
            count(finding.event());
        }
    }

    private void count(Event event) {
        switch (event) {
            case FeedbackEvent.Bounced _ -> figures.bounces().increment();
            case FeedbackEvent.Complained _ -> figures.complaints().increment();
            case EngagementEvent.Unsubscribed _ -> figures.unsubscribes().increment();
            case Event _ -> figures.notes().increment();
        }
    }

    private static String reportId(byte[] mail) {
        return MailParts.of(mail)
                .header("message-id")
                .map(String::strip)
                .filter(id -> !id.isEmpty() && id.length() <= MAX_REPORT_ID)
                .orElseGet(() -> "sha256:" + hash(mail));
    }

    private static String hash(byte[] mail) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(mail);
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
