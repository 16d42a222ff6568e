package facteur.tracker.recording;

import facteur.mail.message.RecipientId;
import facteur.store.journal.Position;

/** What the views know of refusals. */
public interface KnownOptOuts {
    /** Whether the recipient unsubscribed by this message, and that was not taken back since. */
    boolean isUnsubscribed(RecipientId recipient);

    /** Whether the contact declined to be measured. */
    boolean isDeclined(RecipientId recipient);

    /** Up to where the views know the journal. */
    Position folded();

    /** Where there are no views: whatever is said is recorded. */
    static KnownOptOuts none() {
        return new KnownOptOuts() {
            @Override
            public boolean isUnsubscribed(RecipientId recipient) {
                return false;
            }

            @Override
            public boolean isDeclined(RecipientId recipient) {
                return false;
            }

            @Override
            public Position folded() {
                return new Position(Long.MAX_VALUE);
            }
        };
    }
}
