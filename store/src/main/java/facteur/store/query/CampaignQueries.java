package facteur.store.query;

import facteur.mail.status.Status;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Questions about campaigns, and about sums over recipients. */
public interface CampaignQueries {
    /** Every campaign, by number; there are hundreds, not millions. */
    List<Campaign> all();

    Optional<Campaign> find(long id);

    Optional<Campaign> find(String name);

    /**
     * A page of recipients of a campaign (0: mail without one) that show one of the statuses,
     * status by status, the newest message first.
     *
     * @param after the last recipient of the page before, as that page showed it
     */
    List<MessageRecipient> recipients(
            long campaign,
            boolean robots,
            List<Status> statuses,
            Optional<MessageRecipient> after,
            int limit);

    /** Sums over {@code key}; zeros when nothing was ever summed under it. */
    default RecipientSums sums(TallyKey key) {
        return sums(List.of(key)).getFirst();
    }

    /** Sums over each key, in their order. One row is read for each. */
    List<RecipientSums> sums(Collection<? extends TallyKey> keys);

    /** A campaign by recipient domain, by name. One row is read for each domain. */
    List<NamedSums> domains(long campaign);

    /** All mail by recipient domain, by name. One row is read for each domain. */
    List<NamedSums> recipientDomains();

    /** All mail by sender domain, by name. One row is read for each domain. */
    List<NamedSums> senderDomains();

    /**
     * What happened to a campaign from one instant on, hour by hour; hours without are left out.
     */
    List<CampaignHour> hours(long campaign, Instant from, int limit);

    /** Clicks on the links of a campaign, by their place in the message. */
    List<LinkClicks> links(long campaign, int limit);

    /** Loads of the pixel that were counted without names (aggregate mode). */
    Optional<LinkClicks> countedOpens(long campaign);
}
