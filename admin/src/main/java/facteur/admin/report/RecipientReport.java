package facteur.admin.report;

import facteur.admin.web.Query;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.store.query.CampaignQueries;
import facteur.store.query.MessageQueries;
import facteur.store.query.MessageRecipient;
import facteur.store.query.RecipientState;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Questions about the recipients of a campaign. */
public final class RecipientReport {
    /** Rows looked at for one page; beyond it a rare combination comes in several pages. */
    static final int LOOKED_AT = 5_000;

    private static final int STEP = 250;

    private final CampaignQueries campaigns;
    private final MessageQueries messages;

    public RecipientReport(CampaignQueries campaigns, MessageQueries messages) {
        this.campaigns = campaigns;
        this.messages = messages;
    }

    /**
     * Which recipients are wanted.
     *
     * @param statuses one at least
     * @param search part of the address, in lower case
     * @param domain of the address, or empty
     */
    public record Filter(
            List<Status> statuses,
            boolean robots,
            String search,
            String domain,
            Optional<BounceCategory> category,
            Optional<RecipientState.Badge> badge) {
        public Filter {
            statuses = List.copyOf(statuses);
        }

        /** Reads {@code status, robots, q, domain, reason, badge}. */
        public static Filter of(Query query) {
            List<Status> statuses =
                    Arrays.stream(Status.values())
                            .filter(status -> query.list("status").contains(status.key()))
                            .toList();
            return new Filter(
                    statuses.isEmpty() ? Arrays.asList(Status.values()) : statuses,
                    query.isOn("robots"),
                    query.first("q").orElse("").toLowerCase(Locale.ROOT),
                    query.first("domain").orElse("").toLowerCase(Locale.ROOT),
                    query.first("reason").flatMap(BounceCategory::of),
                    query.first("badge").flatMap(Filter::badgeOf));
        }

        private static Optional<RecipientState.Badge> badgeOf(String key) {
            return Arrays.stream(RecipientState.Badge.values())
                    .filter(badge -> badge.name().toLowerCase(Locale.ROOT).equals(key))
                    .findFirst();
        }

        /** Whether a row must be looked at to be judged. */
        boolean looks() {
            return !search.isEmpty()
                    || !domain.isEmpty()
                    || category.isPresent()
                    || badge.isPresent();
        }

        boolean takes(MessageRecipient recipient) {
            RecipientState state = recipient.state();
            return (search.isEmpty()
                            || address(recipient).toLowerCase(Locale.ROOT).contains(search))
                    && (domain.isEmpty()
                            || state.origin().map(o -> o.domain().equals(domain)).orElse(false))
                    && (category.isEmpty() || state.category().equals(category))
                    && (badge.isEmpty() || state.badges().contains(badge.get()));
        }
    }

    /** The address of a recipient; empty when the contact was forgotten. */
    public static String address(MessageRecipient recipient) {
        return recipient.contact().map(contact -> contact.address().toString()).orElse("");
    }

    /**
     * One page.
     *
     * @param next where the next one begins; empty when there is none
     */
    public record Page(List<MessageRecipient> recipients, Optional<RecipientId> next) {
        public Page {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * Recipients of a campaign, status by status, the newest first.
     *
     * @param after the recipient named as {@code next} by the page before; one that meanwhile shows
     *     another status begins the list anew
     */
    public Page page(long campaign, Filter filter, Optional<RecipientId> after, int limit) {
        List<MessageRecipient> taken = new ArrayList<>();
        Optional<MessageRecipient> last =
                after.flatMap(messages::recipient)
                        .filter(
                                recipient ->
                                        filter.statuses()
                                                .contains(
                                                        recipient.state().status(filter.robots())));
        int looked = 0;
        while (true) {
            int step = filter.looks() ? STEP : limit + 1;
            List<MessageRecipient> rows =
                    campaigns.recipients(campaign, filter.robots(), filter.statuses(), last, step);
            for (MessageRecipient row : rows) {
                if (taken.size() == limit) {
                    return new Page(taken, last.map(MessageRecipient::id));
                }
                last = Optional.of(row);
                if (filter.takes(row)) {
                    taken.add(row);
                }
            }
            looked += rows.size();
            if (rows.size() < step) {
                return new Page(taken, Optional.empty());
            }
            if (looked >= LOOKED_AT) {
                return new Page(taken, last.map(MessageRecipient::id));
            }
        }
    }

    /** Reads {@code message.index}. */
    public static Optional<RecipientId> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0 || text.length() - dot > 6) {
            return Optional.empty();
        }
        String index = text.substring(dot + 1);
        boolean digits = !index.isEmpty() && index.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Integer.parseInt(index) <= 0xffff
                ? MailId.parse(text.substring(0, dot))
                        .map(id -> id.recipient(Integer.parseInt(index)))
                : Optional.empty();
    }
}
