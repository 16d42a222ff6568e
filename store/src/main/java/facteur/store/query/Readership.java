package facteur.store.query;

import java.time.Instant;

/**
 * What a contact allows, and what little is kept where not more is allowed. Instants are {@link
 * Instant#EPOCH} when it never happened.
 *
 * @param lastSeen day of the last hit on mail in hygiene mode
 * @param declined when being measured was declined
 */
public record Readership(Instant lastSeen, Instant declined) {
    public static final Readership NONE = new Readership(Instant.EPOCH, Instant.EPOCH);

    /** Declining holds for all mail, also for what was sent before. */
    public boolean isDeclined() {
        return !declined.equals(Instant.EPOCH);
    }
}
