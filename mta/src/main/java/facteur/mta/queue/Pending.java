package facteur.mta.queue;

import facteur.mail.address.Address;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.store.fold.PendingRow;
import facteur.store.journal.Position;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A recipient who is owed a delivery.
 *
 * @param position of his message in the journal
 * @param campaign name, or empty
 * @param due not to be tried before
 * @param attempts tries so far
 */
public record Pending(
        RecipientId id,
        Position position,
        Address address,
        String credential,
        String campaign,
        boolean transactional,
        Instant due,
        int attempts) {
    static Pending of(PendingRow.Found found) {
        PendingRow row = found.row();
        return new Pending(
                found.id(),
                row.position(),
                row.address(),
                row.credential(),
                row.campaign(),
                row.transactional(),
                row.nextTry(),
                row.attempts());
    }

    /** The recipients of a message that was just accepted. */
    public static List<Pending> of(SubmissionEvent.Accepted accepted, Position position) {
        List<Pending> pending = new ArrayList<>();
        List<Recipient> recipients = accepted.envelope().recipients();
        for (int i = 0; i < recipients.size(); i++) {
            pending.add(
                    new Pending(
                            accepted.message().recipient(i),
                            position,
                            recipients.get(i).address(),
                            accepted.credential(),
                            accepted.facts().campaign().orElse(""),
                            accepted.facts().transactional(),
                            accepted.at(),
                            0));
        }
        return pending;
    }

    Instant acceptedAt() {
        return id.message().at();
    }

    Pending deferred(Instant until) {
        return new Pending(
                id, position, address, credential, campaign, transactional, until, attempts + 1);
    }

    Pending dueAt(Instant at) {
        return new Pending(
                id, position, address, credential, campaign, transactional, at, attempts);
    }

    /** Mail that takes turns with other mail on the same way. */
    Lane lane() {
        return new Lane(credential, campaign, address.domain().name());
    }

    record Lane(String credential, String campaign, String domain) {}
}
