package facteur.store.query;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.mail.status.Status;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * All that is known of one recipient of one message.
 *
 * @param origin what its message said; empty while only later events have been seen
 * @param attempts tries so far
 * @param nextTry when the next one is due, {@link Instant#EPOCH} when none is
 * @param category what the last refusal was about
 * @param rule the rule that ruled it
 * @param reply what was last answered, or why it was not sent; at most 512 characters
 * @param site the destination of the last attempt
 */
public record RecipientState(
        Optional<Origin> origin,
        Delivery delivery,
        int attempts,
        Instant nextTry,
        Optional<BounceCategory> category,
        String rule,
        String reply,
        String site,
        Engagement engagement,
        Set<Badge> badges) {
    /** What is shown beside the status. */
    public enum Badge {
        COMPLAINED,
        UNSUBSCRIBED,
        LATE_BOUNCE,
        /** A report said that a mailbox behind this one failed. */
        FORWARD_FAILED,
        AUTO_REPLIED,
        NOT_TRACKED,
        /** Hits were found to be a machine's after they had been counted. */
        REVISED
    }

    /**
     * What the accepted message says of the recipient.
     *
     * @param campaign 0 for none
     * @param domain of the address
     * @param senderDomain of the reverse-path, or empty
     */
    public record Origin(
            long contact, long campaign, String domain, String senderDomain, Instant at) {}

    public RecipientState {
        badges = Set.copyOf(badges);
    }

    public Status status(boolean robotsIncluded) {
        return Status.of(delivery, engagement, robotsIncluded);
    }
}
