package facteur.tracker.engagement;

import facteur.mail.message.TrackingMode;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a message, or of one recipient's copy, when a hit arrives.
 *
 * @param deliveredAt when the recipient's server took the copy, where it is known that it did
 * @param mode the strictest of what server, message and contact want now
 * @param hits of the recipient's copy that are in the views already
 */
public record HitContext(Optional<Instant> deliveredAt, TrackingMode mode, long hits) {
    public HitContext(Optional<Instant> deliveredAt, TrackingMode mode) {
        this(deliveredAt, mode, 0);
    }
}
