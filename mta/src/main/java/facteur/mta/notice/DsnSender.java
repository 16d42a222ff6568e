package facteur.mta.notice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.config.NoticeSettings;
import facteur.mail.address.Address;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MailOptions;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mta.queue.record.DsnRequests;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.Store;
import facteur.store.journal.Journal;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes notices, on a thread of its own. The notice and the event that tells of it are appended
 * together: no DSN is sent twice, and what is recorded is sent.
 */
public final class DsnSender implements DsnRequests, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DsnSender.class);

    /** Credential that notices are submitted under. */
    public static final String CREDENTIAL = "facteur";

    static final int A_SENDER_AN_HOUR = 100;
    // A campaign to dead addresses must not make as much mail again.
    private static final int WAITING = 10_000;
    private static final int SENDERS = 10_000;
    private static final String ABOUT = "notice about ";

    private final Store store;
    private final String hostname;
    private final Supplier<NoticeSettings> settings;
    private final Function<String, Duration> maxAge;
    private final Supplier<MailId> ids;
    private final Consumer<List<QueuedRecipient>> queue;
    private final InstantSource clock;
    private final ExecutorService thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING),
                    Thread.ofPlatform().name("notices").factory());
    private final Cache<String, AtomicInteger> lately =
            Caffeine.newBuilder()
                    .maximumSize(SENDERS)
                    .expireAfterWrite(Duration.ofHours(1))
                    .build();

    /**
     * @param maxAge by credential
     * @param ids of new messages
     * @param queue takes the notice on once it is on disk
     */
    public DsnSender(
            Store store,
            String hostname,
            Supplier<NoticeSettings> settings,
            Function<String, Duration> maxAge,
            Supplier<MailId> ids,
            Consumer<List<QueuedRecipient>> queue,
            InstantSource clock) {
        this.store = store;
        this.hostname = hostname;
        this.settings = settings;
        this.maxAge = maxAge;
        this.ids = ids;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public void ruled(DeliveryEvent.Ruled ruling, Position message, boolean relayed) {
        Instant acceptedAt = ruling.recipient().message().at();
        DsnPolicy.about(ruling, relayed, acceptedAt, settings.get())
                .ifPresent(dsnAction -> leaveWord(dsnAction, ruling, message));
    }

    private void leaveWord(DsnAction dsnAction, DeliveryEvent.Ruled ruling, Position message) {
        try {
            thread.execute(() -> consider(dsnAction, ruling, message));
        } catch (RejectedExecutionException e) {
            log.warn(
                    "{}: no DSN, since {} are waiting; the outcome is recorded",
                    ruling.recipient(),
                    WAITING);
        }
    }

    private void consider(DsnAction dsnAction, DeliveryEvent.Ruled ruling, Position position) {
        try {
            Optional<Journal.StoredMessage> message =
                    store.message(ruling.recipient().message(), position);
            if (message.isEmpty()) {
                return;
            }
            SubmissionEvent.Accepted about = message.get().accepted();
            if (about.credential().equals(CREDENTIAL)) {
                undelivered(dsnAction, ruling, about);
                return;
            }
            Recipient recipient = about.envelope().recipients().get(ruling.recipient().index());
            if (!DsnPolicy.isWanted(dsnAction, about.envelope(), recipient, settings.get())
                    || (dsnAction == DsnAction.DELAYED && wasTold(ruling.recipient(), dsnAction))) {
                return;
            }
            send(dsnAction, ruling, message.get());
        } catch (IOException | RuntimeException e) {
            log.error("{}: failed to write the DSN ({})", ruling.recipient(), dsnAction.key(), e);
        }
    }

    /** A DSN that failed itself: recorded at the message that it is about, and no further DSN. */
    private void undelivered(
            DsnAction dsnAction, DeliveryEvent.Ruled ruling, SubmissionEvent.Accepted notice) {
        if (dsnAction != DsnAction.FAILED) {
            return;
        }
        about(notice)
                .ifPresent(
                        recipient ->
                                note(
                                        recipient,
                                        dsnAction,
                                        "the notice "
                                                + notice.message()
                                                + " to "
                                                + notice.envelope()
                                                        .recipients()
                                                        .getFirst()
                                                        .address()
                                                + " was not delivered: "
                                                + DsnWriter.evidence(ruling)));
    }

    /** Records why a sender gets no DSN. */
    private void note(RecipientId recipient, DsnAction dsnAction, String why) {
        CompletableFuture<Position> _ =
                store.journal()
                        .append(
                                new DeliveryEvent.Notified(
                                        recipient,
                                        clock.instant(),
                                        dsnAction.key(),
                                        Optional.empty(),
                                        why));
    }

    private static Optional<RecipientId> about(SubmissionEvent.Accepted notice) {
        return notice.facts().notes().stream()
                .filter(text -> text.startsWith(ABOUT))
                .flatMap(text -> RecipientId.parse(text.substring(ABOUT.length())).stream())
                .findFirst();
    }

    private boolean wasTold(RecipientId recipient, DsnAction dsnAction) {
        return store.views().messages().wasNotified(recipient, dsnAction.key());
    }

    private void send(
            DsnAction dsnAction, DeliveryEvent.Ruled ruling, Journal.StoredMessage message)
            throws IOException {
        SubmissionEvent.Accepted about = message.accepted();
        Address sender = about.envelope().from().mailbox().orElseThrow();
        Instant now = clock.instant();
        int before =
                lately.get(sender.key().toString(), _ -> new AtomicInteger()).getAndIncrement();
        if (before >= A_SENDER_AN_HOUR) {
            note(
                    ruling.recipient(),
                    dsnAction,
                    "not sent: " + A_SENDER_AN_HOUR + " notices an hour went to this sender");
            return;
        }
        // RFC 6531 3.7.1: to an address beyond ASCII the notice is an internationalized one anyway.
        boolean global = sender.isInternational();
        // RFC 3461 4.3: RET=FULL is about failures.
        boolean whole =
                dsnAction == DsnAction.FAILED && !about.envelope().options().returnHeadersOnly();
        Dsn notice =
                new Dsn(
                        ids.get(),
                        now,
                        hostname,
                        dsnAction,
                        about,
                        ruling,
                        ReturnedContent.of(message.content(), whole, global),
                        global,
                        dsnAction == DsnAction.DELAYED
                                ? Optional.of(about.at().plus(maxAge.apply(about.credential())))
                                : Optional.empty());
        byte[] octets = DsnWriter.write(notice);
        SubmissionEvent.Accepted accepted = accepted(notice, sender, octets.length);
        List<Position> positions =
                store.journal()
                        .append(
                                List.of(
                                        new JournalEntry.Message(accepted, List.of(), octets),
                                        new JournalEntry.Happened(
                                                new DeliveryEvent.Notified(
                                                        ruling.recipient(),
                                                        now,
                                                        dsnAction.key(),
                                                        Optional.of(notice.id()),
                                                        "to " + sender))))
                        .join();
        queue.accept(QueuedRecipient.of(accepted, positions.getFirst()));
    }

    private static SubmissionEvent.Accepted accepted(Dsn notice, Address sender, long size) {
        Envelope envelope =
                new Envelope(
                        new ReversePath.Null(),
                        // RFC 3461 6.2: no DSN about a DSN that fails.
                        List.of(
                                new Recipient(
                                        sender,
                                        java.util.Set.of(Recipient.Notify.NEVER),
                                        Optional.empty())),
                        new MailOptions(notice.global(), notice.global(), false, false),
                        Optional.empty());
        MessageFacts facts =
                new MessageFacts(
                        Optional.empty(),
                        DsnWriter.subject(notice.action()),
                        "Mail Delivery System <postmaster@" + notice.hostname() + ">",
                        "<" + notice.id() + "@" + notice.hostname() + ">",
                        List.of(),
                        Optional.empty(),
                        Map.of(),
                        Tracking.OFF,
                        true,
                        List.of(ABOUT + notice.ruling().recipient()));
        return new SubmissionEvent.Accepted(
                notice.id(), notice.at(), CREDENTIAL, "", envelope, facts, Handling.ORDINARY, size);
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("some DSNs were not written; the outcomes are recorded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
