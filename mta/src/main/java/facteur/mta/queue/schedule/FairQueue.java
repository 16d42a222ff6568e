package facteur.mta.queue.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The mail that waits for one path, in fair order: credentials take turns, within a credential's
 * turn its campaigns, within a campaign's its domains. So no credential gains turns by naming more
 * campaigns or more domains. Transactional mail goes first within its credential's turn, four times
 * of five while both wait.
 */
public final class FairQueue {
    private final Turn turns = new Turns<>(r -> r.key().credential(), _ -> new Turn.OfCredential());

    public void add(QueuedRecipient recipient) {
        turns.add(recipient, false);
    }

    /** Puts back, in front, what was taken and not tried. */
    public void putBack(List<QueuedRecipient> recipients) {
        recipients.reversed().forEach(each -> turns.add(each, true));
    }

    /**
     * Whose turn it is: one recipient, and up to {@code most} in all of the same message in the
     * same domain. Empty when none waits.
     */
    public List<QueuedRecipient> next(int most) {
        List<QueuedRecipient> taken = new ArrayList<>(1);
        if (turns.size() > 0) {
            turns.next(most, taken);
        }
        return taken;
    }

    public int size() {
        return turns.size();
    }

    public void forEach(Consumer<QueuedRecipient> visitor) {
        turns.stream().forEach(visitor);
    }

    public boolean any(Predicate<QueuedRecipient> which) {
        return turns.stream().anyMatch(which);
    }

    /** Takes out what matches. */
    public List<QueuedRecipient> remove(Predicate<QueuedRecipient> which) {
        List<QueuedRecipient> removed = new ArrayList<>();
        turns.remove(which, removed);
        return removed;
    }
}
