package facteur.mail.message;

import java.time.Instant;
import java.util.Optional;

/**
 * How an accepted message is handled, beside what its envelope says.
 *
 * @param tenant who owns it
 * @param idempotency what makes a repeated submission the same one
 * @param sendAt before which nothing of it is sent
 */
public record Handling(
        Tenant tenant, Optional<IdempotencyKey> idempotency, Optional<Instant> sendAt) {
    /** Of the main tenant, sent at once, every submission a message of its own. */
    public static final Handling ORDINARY =
            new Handling(Tenant.MAIN, Optional.empty(), Optional.empty());
}
