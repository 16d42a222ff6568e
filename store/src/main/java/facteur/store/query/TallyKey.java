package facteur.store.query;

import facteur.mail.outcome.BounceCategory;

import java.time.LocalDate;

/** What recipients are summed over. */
public sealed interface TallyKey {
    /** Everything on this server. */
    record Server() implements TallyKey {}

    /**
     * @param campaign 0 for mail without one
     */
    record Campaign(long campaign) implements TallyKey {}

    /** A campaign's recipients at one domain. */
    record CampaignDomain(long campaign, String domain) implements TallyKey {}

    /** A campaign's recipients whose last refusal was of one category. */
    record CampaignReason(long campaign, BounceCategory category) implements TallyKey {}

    record RecipientDomain(String domain) implements TallyKey {}

    record SenderDomain(String domain) implements TallyKey {}

    /** Accepted on one day (UTC). */
    record Day(LocalDate day) implements TallyKey {}

    record SenderDomainDay(String domain, LocalDate day) implements TallyKey {}
}
