package facteur.server.maillog;

import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Remembers whose messages were accepted lately, for as many recipients as it may; asks for what it
 * has forgotten. Used by one thread.
 */
final class RecentMessages implements MessageDirectory {
    /** Recipients that are remembered: some 200 octets each. */
    static final int MOST_RECIPIENTS = 20_000;

    private final MessageDirectory older;
    private final Map<MailId, Remembered> byId = new HashMap<>();
    private final Deque<MailId> order = new ArrayDeque<>();
    private int recipients;

    private record Remembered(Known message, List<String> recipients) {}

    /**
     * @param older is asked for what is not remembered
     */
    RecentMessages(MessageDirectory older) {
        this.older = older;
    }

    void add(SubmissionEvent.Accepted accepted) {
        List<String> to =
                accepted.envelope().recipients().stream()
                        .map(recipient -> recipient.address().toString())
                        .toList();
        if (to.size() > MOST_RECIPIENTS || byId.containsKey(accepted.message())) {
            return;
        }
        byId.put(accepted.message(), new Remembered(known(accepted), to));
        order.add(accepted.message());
        recipients += to.size();
        while (recipients > MOST_RECIPIENTS) {
            Remembered oldest = Objects.requireNonNull(byId.remove(order.remove()));
            recipients -= oldest.recipients().size();
        }
    }

    static Known known(SubmissionEvent.Accepted accepted) {
        return new Known(
                accepted.envelope().from().mailbox().map(Object::toString).orElse(""),
                accepted.facts().campaign().orElse(""),
                accepted.credential());
    }

    int recipients() {
        return recipients;
    }

    @Override
    public Optional<Known> message(MailId id) {
        Remembered found = byId.get(id);
        return found == null ? older.message(id) : Optional.of(found.message());
    }

    @Override
    public Optional<String> recipient(RecipientId id) {
        Remembered found = byId.get(id.message());
        return found == null || id.index() >= found.recipients().size()
                ? older.recipient(id)
                : Optional.of(found.recipients().get(id.index()));
    }
}
