package facteur.store.query;

import facteur.mail.message.TrackingMode;

import java.time.Instant;
import java.util.Optional;

/**
 * What is needed to classify a hit of a recipient.
 *
 * @param deliveredAt when the recipient's server took the message, where it is known that it did
 * @param mode how the message was to be tracked when it was accepted; empty once it is forgotten
 * @param declined whether the contact declined to be measured
 * @param hits of the recipient's copy so far, robots included
 */
public record ReaderStanding(
        Optional<Instant> deliveredAt, Optional<TrackingMode> mode, boolean declined, long hits) {}
