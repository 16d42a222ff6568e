package facteur.mta.queue.schedule;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mta.egress.Pools;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A recipient that is owed a delivery. There may be millions: ids, places and times are kept as
 * bare numbers, and what recipients have in common is one {@link QueueKey}. Times are steady ones,
 * see {@link facteur.mta.queue.owner.Owner}.
 *
 * @param message {@link MailId}
 * @param index place in the envelope
 * @param place {@link Position} of the message in the journal
 * @param acceptedMillis when the message was accepted, milliseconds since 1970
 * @param dueMillis not to be tried before, milliseconds since 1970
 * @param attempts tries so far
 * @param handed whether a host was given its copy: then it is recorded how that was made
 * @param returned how often in a row it was given to a session that ended without looking at it
 * @param unsuited names of hosts that do not offer what its message needs, parted by blanks; empty
 *     for nearly all
 */
public record QueuedRecipient(
        long message,
        int index,
        long place,
        String localPart,
        QueueKey key,
        long acceptedMillis,
        long dueMillis,
        int attempts,
        boolean handed,
        byte returned,
        String unsuited) {
    /**
     * One that was pending when the server stopped.
     *
     * @param wallAhead how far the wall clock is ahead of steady time
     * @param longest the longest pause between two tries: whatever a wrong clock wrote, it is due
     *     within that
     */
    public static QueuedRecipient of(
            PendingRecipient pending, Instant now, Duration wallAhead, Duration longest) {
        long nowMillis = now.toEpochMilli();
        long ahead = wallAhead.toMillis();
        return new QueuedRecipient(
                pending.id().message().value(),
                pending.id().index(),
                pending.position().value(),
                pending.address().localPart(),
                new QueueKey(
                        pending.credential(),
                        pending.campaign(),
                        pending.address().domain().name(),
                        pending.pool(),
                        pending.transactional()),
                Math.min(nowMillis, pending.id().message().at().toEpochMilli() - ahead),
                Math.min(nowMillis + longest.toMillis(), pending.nextTry().toEpochMilli() - ahead),
                pending.attempts(),
                pending.handed(),
                (byte) 0,
                "");
    }

    /** The recipients of a message that was just accepted. */
    public static List<QueuedRecipient> of(SubmissionEvent.Accepted accepted, Position position) {
        List<QueuedRecipient> all = new ArrayList<>();
        List<Recipient> recipients = accepted.envelope().recipients();
        long at = accepted.at().toEpochMilli();
        for (int i = 0; i < recipients.size(); i++) {
            Address address = recipients.get(i).address();
            all.add(
                    new QueuedRecipient(
                            accepted.message().value(),
                            i,
                            position.value(),
                            address.localPart(),
                            new QueueKey(
                                    accepted.credential(),
                                    accepted.facts().campaign().orElse(""),
                                    address.domain().name(),
                                    Pools.asked(accepted.facts()),
                                    accepted.facts().transactional()),
                            at,
                            at,
                            0,
                            false,
                            (byte) 0,
                            ""));
        }
        return all;
    }

    public RecipientId id() {
        return new MailId(message).recipient(index);
    }

    public Position position() {
        return new Position(place);
    }

    public Address address() {
        return new Address(localPart, domain());
    }

    public Domain domain() {
        return new Domain(key.domain());
    }

    public Instant due() {
        return Instant.ofEpochMilli(dueMillis);
    }

    public Instant acceptedAt() {
        return Instant.ofEpochMilli(acceptedMillis);
    }

    /** After so many tries in all; {@code met} when it came as far as a host. */
    public QueuedRecipient deferred(Instant until, int tries, boolean met) {
        return with(key, acceptedMillis, until.toEpochMilli(), tries, handed || met, 0);
    }

    public QueuedRecipient dueAt(Instant at) {
        return with(key, acceptedMillis, at.toEpochMilli(), attempts, handed, returned);
    }

    /** Accepted, and due, just now. */
    public QueuedRecipient acceptedAt(Instant now) {
        return with(key, now.toEpochMilli(), now.toEpochMilli(), attempts, handed, returned);
    }

    /** The same, with the key that others have too. */
    public QueuedRecipient in(QueueKey same) {
        return with(same, acceptedMillis, dueMillis, attempts, handed, returned);
    }

    /** Given back by a session that has not looked at it. */
    public QueuedRecipient givenBack() {
        return with(key, acceptedMillis, dueMillis, attempts, handed, returned + 1);
    }

    private QueuedRecipient with(
            QueueKey same, long accepted, long due, int tried, boolean met, int givenBack) {
        return new QueuedRecipient(
                message,
                index,
                place,
                localPart,
                same,
                accepted,
                due,
                tried,
                met,
                (byte) Math.min(Byte.MAX_VALUE, givenBack),
                unsuited);
    }

    /** Hosts that do not offer what its message needs. */
    public Set<String> unsuitedHosts() {
        return unsuited.isEmpty() ? Set.of() : Set.of(unsuited.split(" ", -1));
    }

    /** The same, and these hosts are of no use to it. */
    public QueuedRecipient unsuitedFor(Set<String> hosts) {
        return new QueuedRecipient(
                message,
                index,
                place,
                localPart,
                key,
                acceptedMillis,
                dueMillis,
                attempts,
                handed,
                returned,
                String.join(" ", new TreeSet<>(hosts)));
    }
}
