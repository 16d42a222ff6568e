package facteur.store.view;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What recipients are looked for by. All that is given must hold.
 *
 * @param campaign 0 for mail without one
 * @param statuses empty for any
 * @param robots whether the hits of robots count for the status
 * @param reason what the last refusal was about
 * @param from accepted at or after
 * @param until accepted before
 */
public record Search(
        Optional<Long> contact,
        Optional<Long> campaign,
        Optional<String> domain,
        Set<Status> statuses,
        boolean robots,
        Optional<BounceCategory> reason,
        Optional<Instant> from,
        Optional<Instant> until) {
    public static final Search ANY =
            new Search(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public Search {
        statuses = Set.copyOf(statuses);
    }

    public Search ofContact(long number) {
        return new Search(
                Optional.of(number), campaign, domain, statuses, robots, reason, from, until);
    }

    public Search ofCampaign(long number) {
        return new Search(
                contact, Optional.of(number), domain, statuses, robots, reason, from, until);
    }

    public Search atDomain(String name) {
        return new Search(
                contact, campaign, Optional.of(name), statuses, robots, reason, from, until);
    }

    public Search showing(Set<Status> wanted, boolean robotsIncluded) {
        return new Search(contact, campaign, domain, wanted, robotsIncluded, reason, from, until);
    }

    public Search because(BounceCategory category) {
        return new Search(
                contact, campaign, domain, statuses, robots, Optional.of(category), from, until);
    }

    public Search between(Instant begin, Instant end) {
        return new Search(
                contact,
                campaign,
                domain,
                statuses,
                robots,
                reason,
                Optional.of(begin),
                Optional.of(end));
    }

    /**
     * A page of what was found.
     *
     * @param next where to go on; empty when there is no more. A page that is not full and names a
     *     next one was cut short, so that a rare combination costs no more than any other.
     */
    public record Page(List<Views.Recipient> recipients, Optional<RecipientId> next) {
        public Page {
            recipients = List.copyOf(recipients);
        }
    }
}
