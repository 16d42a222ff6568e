package facteur.mail.suppression;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When repeated soft bounces suppress an address: five messages over at least fifteen days, with no
 * delivery in between. A mailbox that has been full for half a month is abandoned, while five
 * failures in an afternoon are a broken server.
 */
public final class SoftBounces {
    static final int MESSAGES = 5;
    static final Duration SPAN = Duration.ofDays(15);

    /** How many of an address's latest messages are looked at. */
    public static final int LOOKED_AT = 50;

    private SoftBounces() {}

    /**
     * What became of one of an address's messages.
     *
     * @param category of the last refusal
     */
    public record Fate(Delivery delivery, Optional<BounceCategory> category) {}

    /**
     * Whether a refusal of this kind says something about the mailbox; what is about us or the
     * message does not.
     */
    public static boolean counts(BounceCategory category) {
        return switch (category) {
            case MAILBOX_FULL, INACTIVE_MAILBOX, BAD_MAILBOX, BAD_DOMAIN, UNKNOWN -> true;
            case REPUTATION,
                    POLICY_BLOCK,
                    CONTENT_REJECTED,
                    RATE_LIMITED,
                    GREYLISTED,
                    AUTH_FAILURE,
                    MESSAGE_TOO_LARGE,
                    RELAY_DENIED,
                    ROUTING_DNS,
                    TLS_FAILURE,
                    PROTOCOL_ERROR,
                    INTERNAL_ERROR ->
                    false;
        };
    }

    /**
     * Decides from what became of an address's latest messages.
     *
     * @param latest in any order
     */
    public static boolean suppress(List<Fate> latest) {
        Instant delivered =
                latest.stream()
                        .filter(row -> row.delivery().state() == Delivery.State.DELIVERED)
                        .map(row -> row.delivery().at())
                        .max(Instant::compareTo)
                        .orElse(Instant.EPOCH);
        List<Instant> since =
                latest.stream()
                        .filter(row -> row.delivery().state() == Delivery.State.SOFT_BOUNCE)
                        .filter(row -> row.category().filter(SoftBounces::counts).isPresent())
                        .map(row -> row.delivery().at())
                        .filter(at -> at.isAfter(delivered))
                        .sorted()
                        .toList();
        return since.size() >= MESSAGES
                && Duration.between(since.getFirst(), since.getLast()).compareTo(SPAN) >= 0;
    }
}
