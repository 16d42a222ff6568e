package facteur.store.query;

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
public record SearchCriteria(
        Optional<Long> contact,
        Optional<Long> campaign,
        Optional<String> domain,
        Set<Status> statuses,
        boolean robots,
        Optional<BounceCategory> reason,
        Optional<Instant> from,
        Optional<Instant> until) {
    public static final SearchCriteria ANY =
            new SearchCriteria(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public SearchCriteria {
        statuses = Set.copyOf(statuses);
    }

    public SearchCriteria ofContact(long number) {
        return new SearchCriteria(
                Optional.of(number), campaign, domain, statuses, robots, reason, from, until);
    }

    public SearchCriteria ofCampaign(long number) {
        return new SearchCriteria(
                contact, Optional.of(number), domain, statuses, robots, reason, from, until);
    }

    public SearchCriteria atDomain(String name) {
        return new SearchCriteria(
                contact, campaign, Optional.of(name), statuses, robots, reason, from, until);
    }

    public SearchCriteria showing(Set<Status> wanted, boolean robotsIncluded) {
        return new SearchCriteria(
                contact, campaign, domain, wanted, robotsIncluded, reason, from, until);
    }

    public SearchCriteria because(BounceCategory category) {
        return new SearchCriteria(
                contact, campaign, domain, statuses, robots, Optional.of(category), from, until);
    }

    public SearchCriteria between(Instant begin, Instant end) {
        return new SearchCriteria(
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
    public record Page(List<MessageRecipient> recipients, Optional<RecipientId> next) {
        public Page {
            recipients = List.copyOf(recipients);
        }
    }
}
