package facteur.mta.submission;

import facteur.config.AllowedCampaigns;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.TrackingMode;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.suppression.Suppression;
import facteur.message.control.Arrival;
import facteur.message.control.Preparation;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.HeaderReader;
import facteur.message.mime.SingleField;
import facteur.message.mime.SingleFields;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One message on its way in. Its header is read as it passes; content beyond a quarter of a
 * mebibyte goes to the journal as parts, so that a large message never is in memory as a whole.
 *
 * <p>Order of durability: parts and message synced, then the recipients handed to the queue, then
 * the future completed, upon which 250 may be sent.
 */
public final class Intake {
    static final int PART = 256 << 10;

    /** Octets that a message may hold even when all connections together hold too much. */
    static final int ALLOWANCE = 64 << 10;

    /** Parts that may wait for the disk before the client is made to wait. */
    private static final int PARTS_UNDER_WAY = 4;

    private final Submission submission;
    private final Draft draft;
    private final long maxSize;
    private final HeaderReader headerReader = new HeaderReader();
    private final List<CompletableFuture<JournalEntry.Part>> parts = new ArrayList<>();
    private ByteArrayOutputStream buffer = new ByteArrayOutputStream(8 << 10);
    private long size;
    private long held;
    private boolean over;
    private boolean crowdedOut;
    private Optional<Preparation.Prepared> prepared = Optional.empty();
    private Optional<MailId> id = Optional.empty();
    private Instant at = Instant.EPOCH;

    Intake(Submission submission, Draft draft) {
        this.submission = submission;
        this.draft = draft;
        this.maxSize = draft.credential().maxSize(submission.rules().maxSize());
    }

    /**
     * Takes content. Content beyond the largest size is counted and dropped; {@link #end} refuses
     * it.
     */
    public void content(byte[] octets, int length) {
        size += length;
        if (size > maxSize || crowdedOut) {
            return;
        }
        if (headerReader.state() == HeaderReader.State.READING) {
            headerReader.offer(octets, 0, length);
        }
        buffer.write(octets, 0, length);
        hold(length);
        // The first part waits for the header, whose additions stand before it.
        boolean crowded = submission.isCrowded() && buffer.size() > ALLOWANCE;
        if (headerReader.state() != HeaderReader.State.READING) {
            if (crowded || buffer.size() >= PART) {
                flushPart();
            }
        } else if (crowded) {
            // It cannot go to the disk yet, and it is not known when it can.
            crowdedOut = true;
            discard();
        }
    }

    /**
     * What to wait for before more content is taken: the disk, or that the other connections hold
     * less. Empty when more may come.
     */
    public Optional<CompletableFuture<?>> congestion() {
        if (held > ALLOWANCE && submission.isCrowded()) {
            return Optional.of(submission.relief());
        }
        if (parts.size() < PARTS_UNDER_WAY) {
            return Optional.empty();
        }
        CompletableFuture<JournalEntry.Part> oldest = parts.get(parts.size() - PARTS_UNDER_WAY);
        return oldest.isDone() ? Optional.empty() : Optional.of(oldest);
    }

    private void flushPart() {
        if (prepared.isEmpty()) {
            prepare();
        }
        byte[] octets = buffer.toByteArray();
        buffer = new ByteArrayOutputStream(PART);
        parts.add(
                submission
                        .store()
                        .journal()
                        .append(List.of(new JournalEntry.PartBytes(octets)))
                        .thenApply(
                                positions -> {
                                    letGo(octets.length);
                                    return new JournalEntry.Part(
                                            positions.getFirst(), octets.length);
                                }));
    }

    /** Reads the header that has arrived, and puts what it lacks before the content. */
    private HeaderBlock prepare() {
        HeaderBlock header = headerReader.block();
        Instant now = submission.clock().instant();
        MailId made = submission.ids().next(now);
        id = Optional.of(made);
        at = Instant.ofEpochMilli(now.toEpochMilli());
        TrackingMode mode =
                draft.credential()
                        .tracking()
                        .map(submission.rules().tracking()::strictest)
                        .orElse(submission.rules().tracking());
        Arrival arrival =
                new Arrival(
                        made,
                        now,
                        submission.rules().hostname(),
                        draft.helo(),
                        draft.client(),
                        draft.protocol(),
                        mode);
        Preparation.Prepared done = Preparation.prepare(header, arrival);
        prepared = Optional.of(done);
        byte[] prefix = done.prefixOctets();
        ByteArrayOutputStream whole = new ByteArrayOutputStream(prefix.length + buffer.size());
        whole.writeBytes(prefix);
        whole.write(buffer.toByteArray(), done.dropped(), buffer.size() - done.dropped());
        buffer = whole;
        size += prefix.length - done.dropped();
        hold(prefix.length);
        letGo(done.dropped());
        return header;
    }

    /** What became of a message: taken under an id, or refused. */
    public sealed interface Verdict {
        record Taken(MailId id) implements Verdict {}

        record Refused(SubmissionRefusal why) implements Verdict {}
    }

    /**
     * The content is complete. The future completes, never exceptionally, once the message is on
     * disk or refused.
     */
    public CompletableFuture<Verdict> end(boolean lineTooLong) {
        over = true;
        Optional<SubmissionRefusal> refusal = refusal(lineTooLong);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        HeaderBlock header = headerReader.block();
        if (prepared.isEmpty()) {
            prepare();
        }
        Optional<SubmissionRefusal> policy = policy(header, prepared.orElseThrow().facts());
        if (policy.isPresent()) {
            return refused(policy.get());
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenCompose(_ -> store())
                .handle((verdict, failure) -> failure == null ? verdict : notStored());
    }

    private Optional<SubmissionRefusal> refusal(boolean lineTooLong) {
        if (crowdedOut) {
            return Optional.of(Submission.CROWDED);
        }
        if (size > maxSize) {
            return Optional.of(
                    new SubmissionRefusal(
                            552,
                            "5.3.4",
                            "the message has more than the " + maxSize + " octets allowed"));
        }
        if (lineTooLong) {
            return Optional.of(
                    SubmissionRefusal.malformed(
                            "a line has more than 998 octets (RFC 5322 2.1.1); encode the"
                                    + " content"));
        }
        if (headerReader.state() == HeaderReader.State.TOO_LONG) {
            return Optional.of(SubmissionRefusal.malformed("the header has more than 256 KiB"));
        }
        return submission.obstacle();
    }

    private Optional<SubmissionRefusal> policy(HeaderBlock header, MessageFacts facts) {
        OptionalInt stray = header.strayLine();
        if (stray.isPresent()) {
            return Optional.of(
                    SubmissionRefusal.malformed(
                            "line "
                                    + stray.getAsInt()
                                    + " of the header is no field: no name and colon (RFC 5322"
                                    + " 2.2); an empty line must stand before the body"));
        }
        if (header.hasNul()) {
            return Optional.of(
                    SubmissionRefusal.malformed(
                            "the header has a NUL octet, at which other programs end a field (RFC"
                                    + " 5322 2.2); encode it"));
        }
        if (!header.has("from")) {
            return Optional.of(
                    SubmissionRefusal.malformed("the message has no From field (RFC 5322 3.6)"));
        }
        Optional<SingleField> contradiction = SingleFields.of(header).contradiction();
        if (contradiction.isPresent()) {
            return Optional.of(
                    SubmissionRefusal.malformed(
                            "the message has several "
                                    + contradiction.get().written()
                                    + " fields that differ (RFC 5322 3.6 allows one); send it with"
                                    + " one"));
        }
        if (Preparation.isLooping(header)) {
            return Optional.of(
                    new SubmissionRefusal(
                            554, "5.4.6", "the message has passed too many servers: a loop"));
        }
        Optional<SubmissionRefusal> foreign = SenderPolicy.refusal(draft.credential(), header);
        if (foreign.isPresent()) {
            return foreign;
        }
        AllowedCampaigns allowed = draft.credential().campaigns();
        if (facts.campaign().isPresent() && !allowed.allows(facts.campaign().get())) {
            return Optional.of(
                    new SubmissionRefusal(
                            554, "5.7.1", "the credential may not send for this campaign"));
        }
        return Optional.empty();
    }

    private CompletableFuture<Verdict> refused(SubmissionRefusal why) {
        submission.countRefusal();
        discard();
        return CompletableFuture.completedFuture(new Verdict.Refused(why));
    }

    private Verdict notStored() {
        submission.countRefusal();
        letGo(held);
        return new Verdict.Refused(
                new SubmissionRefusal(
                        451, "4.3.0", "the message could not be stored; try again later"));
    }

    private CompletableFuture<Verdict> store() {
        long begun = System.nanoTime();
        SubmissionEvent.Accepted accepted = accepted();
        List<JournalEntry> entries = new ArrayList<>();
        entries.add(
                new JournalEntry.Message(
                        accepted,
                        parts.stream().map(CompletableFuture::join).toList(),
                        buffer.toByteArray()));
        Set<Integer> abandoned = new HashSet<>();
        Map<AddressKey, Address> sentTo = new HashMap<>();
        for (int i = 0; i < accepted.envelope().recipients().size(); i++) {
            Optional<Disposition> disposition = abandonment(accepted, i, sentTo);
            if (disposition.isPresent()) {
                abandoned.add(i);
                entries.add(
                        new JournalEntry.Happened(
                                new DeliveryEvent.Ruled(
                                        accepted.message().recipient(i),
                                        at,
                                        0,
                                        disposition.get(),
                                        Optional.empty())));
            }
        }
        return submission
                .store()
                .journal()
                .append(entries)
                .thenApply(positions -> taken(accepted, positions.getFirst(), abandoned, begun));
    }

    /**
     * Why a recipient is not sent to: it is suppressed, or is a mailbox that an earlier recipient
     * is already.
     *
     * @param sentTo the spelling that each mailbox is sent to by; the recipient is added
     */
    private Optional<Disposition> abandonment(
            SubmissionEvent.Accepted accepted, int index, Map<AddressKey, Address> sentTo) {
        Address address = accepted.envelope().recipients().get(index).address();
        AddressKey mailbox = address.key();
        Optional<Suppression> held = suppression(accepted, mailbox);
        if (held.isPresent()) {
            return Optional.of(new Disposition.Abandoned(held.get().cause(), held.get().because()));
        }
        return Optional.ofNullable(sentTo.putIfAbsent(mailbox, address))
                .map(
                        first ->
                                new Disposition.Abandoned(
                                        SuppressionCause.DUPLICATE,
                                        "the message goes to " + first + ", the same mailbox"));
    }

    private Verdict taken(
            SubmissionEvent.Accepted accepted,
            Position position,
            Set<Integer> abandoned,
            long begun) {
        letGo(held);
        submission.enqueue(
                QueuedRecipient.of(accepted, position).stream()
                        .filter(pending -> !abandoned.contains(pending.id().index()))
                        .toList(),
                Duration.ofNanos(System.nanoTime() - begun));
        return new Verdict.Taken(accepted.message());
    }

    private SubmissionEvent.Accepted accepted() {
        Envelope envelope = draft.envelope();
        return new SubmissionEvent.Accepted(
                id.orElseThrow(),
                at,
                draft.credential().user(),
                draft.client(),
                envelope,
                prepared.orElseThrow().facts(),
                Handling.ORDINARY,
                size);
    }

    private Optional<Suppression> suppression(
            SubmissionEvent.Accepted accepted, AddressKey mailbox) {
        return submission
                .store()
                .suppressions()
                .find(mailbox, accepted.credential(), accepted.facts().campaign().isPresent(), at);
    }

    /** The client went away, or broke the rules. Parts already written are of no consequence. */
    public void abandon() {
        if (!over) {
            over = true;
            discard();
        }
    }

    private void discard() {
        buffer = new ByteArrayOutputStream(0);
        letGo(held);
    }

    private synchronized void hold(long octets) {
        held += octets;
        submission.hold(octets);
    }

    private synchronized void letGo(long octets) {
        long released = Math.min(octets, held);
        held -= released;
        submission.letGo(released);
    }
}
