package facteur.mta.disposition;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a recipient when an attempt for it has ended.
 *
 * @param attempts made so far, this one included
 * @param giveUpAt when the last attempt is due: acceptance plus the maximum age that holds for the
 *     message
 * @param host name of the MX host that spoke
 */
public record RetryState(int attempts, Instant giveUpAt, Optional<String> host) {
    public RetryState {
        if (attempts < 1) {
            throw new IllegalArgumentException(attempts + " attempts, allowed 1 and more");
        }
    }
}
