package facteur.mta.queue;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mta.egress.Pools;
import facteur.store.fold.PendingRow;
import facteur.store.journal.Position;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A recipient who is owed a delivery. There may be millions: ids, places and times are kept as bare
 * numbers, and what recipients have in common is one {@link Lane}.
 *
 * @param message {@link MailId}
 * @param index place in the envelope
 * @param place {@link Position} of the message in the journal
 * @param dueMillis not to be tried before, milliseconds since 1970
 * @param attempts tries so far
 * @param handed whether a host was given his copy: then it is recorded how it was made
 */
public record Pending(
        long message,
        int index,
        long place,
        String localPart,
        Lane lane,
        long dueMillis,
        int attempts,
        boolean handed) {
    static Pending of(PendingRow.Found found) {
        PendingRow row = found.row();
        return new Pending(
                found.id().message().value(),
                found.id().index(),
                row.position().value(),
                row.address().localPart(),
                new Lane(
                        row.credential(),
                        row.campaign(),
                        row.address().domain().name(),
                        row.pool(),
                        row.transactional()),
                row.nextTry().toEpochMilli(),
                row.attempts(),
                row.handed());
    }

    /** The recipients of a message that was just accepted. */
    public static List<Pending> of(SubmissionEvent.Accepted accepted, Position position) {
        List<Pending> pending = new ArrayList<>();
        List<Recipient> recipients = accepted.envelope().recipients();
        for (int i = 0; i < recipients.size(); i++) {
            Address address = recipients.get(i).address();
            pending.add(
                    new Pending(
                            accepted.message().value(),
                            i,
                            position.value(),
                            address.localPart(),
                            new Lane(
                                    accepted.credential(),
                                    accepted.facts().campaign().orElse(""),
                                    address.domain().name(),
                                    Pools.asked(accepted.facts()),
                                    accepted.facts().transactional()),
                            accepted.at().toEpochMilli(),
                            0,
                            false));
        }
        return pending;
    }

    public RecipientId id() {
        return new MailId(message).recipient(index);
    }

    Position position() {
        return new Position(place);
    }

    public Address address() {
        return new Address(localPart, domain());
    }

    Domain domain() {
        return new Domain(lane.domain());
    }

    Instant due() {
        return Instant.ofEpochMilli(dueMillis);
    }

    Instant acceptedAt() {
        return new MailId(message).at();
    }

    /** After a try; {@code met} when it came as far as a host. */
    Pending deferred(Instant until, boolean met) {
        return new Pending(
                message,
                index,
                place,
                localPart,
                lane,
                until.toEpochMilli(),
                attempts + 1,
                handed || met);
    }

    Pending dueAt(Instant at) {
        return new Pending(
                message, index, place, localPart, lane, at.toEpochMilli(), attempts, handed);
    }

    Pending in(Lane same) {
        return new Pending(message, index, place, localPart, same, dueMillis, attempts, handed);
    }
}
