package facteur.store.view;

import facteur.mail.message.MailId;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tenant;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.store.fold.Keys;
import facteur.store.fold.Rows;
import facteur.store.fold.Table;
import facteur.store.fold.TallyKeys;
import facteur.store.fold.TallyRow;
import facteur.store.query.MessageRecipient;
import facteur.store.query.RecipientState;
import facteur.store.query.SearchCriteria;
import facteur.store.query.TallyKey;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Answers a search from the narrowest index that fits, backwards in time. Every index ends in the
 * recipient, so where an answer lies in several stretches of an index (a status in each campaign)
 * they are merged by it.
 */
final class RecipientSearch {
    /** Rows that one page looks at; the next page goes on there. */
    private static final int MOST = 2_000;

    /**
     * Campaigns of which each is looked into on its own. Where there are more, as with one for each
     * message, beginning everywhere would cost more than looking at a page of all recipients.
     */
    static final int MOST_CAMPAIGNS = 2_000;

    private static final int FIRST_CHUNK = 8;
    private static final int CHUNK = 128;

    private final Rows rows;
    private final SearchCriteria searchCriteria;

    RecipientSearch(Rows rows, SearchCriteria searchCriteria) {
        this.rows = rows;
        this.searchCriteria = searchCriteria;
    }

    SearchCriteria.Page page(Optional<RecipientId> before, int limit) {
        Optional<RecipientId> until =
                searchCriteria.until().map(MailId::firstAt).map(id -> id.recipient(0));
        Optional<RecipientId> end =
                before.isPresent() && until.isPresent()
                        ? Optional.of(earlier(before.get(), until.get()))
                        : before.or(() -> until);
        PriorityQueue<Stretch> stretches =
                new PriorityQueue<>(Comparator.comparing(Stretch::head, Comparator.reverseOrder()));
        for (Stretch stretch : stretches()) {
            if (stretch.begin(end)) {
                stretches.add(stretch);
            }
        }
        return merge(stretches, limit);
    }

    private static RecipientId earlier(RecipientId one, RecipientId other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private SearchCriteria.Page merge(PriorityQueue<Stretch> stretches, int limit) {
        Optional<MailId> from = searchCriteria.from().map(MailId::firstAt);
        List<MessageRecipient> found = new ArrayList<>();
        RecipientId last = null;
        for (int seen = 0; !stretches.isEmpty(); seen++) {
            if (found.size() == limit || seen == MOST) {
                return new SearchCriteria.Page(found, Optional.ofNullable(last));
            }
            Stretch stretch = stretches.remove();
            last = stretch.take();
            if (from.isPresent() && last.message().compareTo(from.get()) < 0) {
                break;
            }
            if (stretch.hasMore()) {
                stretches.add(stretch);
            }
            RecipientJoin.find(rows, last).filter(this::fits).ifPresent(found::add);
        }
        return new SearchCriteria.Page(found, Optional.empty());
    }

    private boolean fits(MessageRecipient recipient) {
        RecipientState state = recipient.state();
        if (state.origin().isEmpty()) {
            return false;
        }
        RecipientState.Origin origin = state.origin().get();
        return searchCriteria.contact().map(c -> c == origin.contact()).orElse(true)
                && searchCriteria.campaign().map(c -> c == origin.campaign()).orElse(true)
                && searchCriteria.domain().map(d -> d.equals(origin.domain())).orElse(true)
                && searchCriteria
                        .reason()
                        .map(r -> state.category().equals(Optional.of(r)))
                        .orElse(true)
                && (searchCriteria.statuses().isEmpty()
                        || searchCriteria
                                .statuses()
                                .contains(state.status(searchCriteria.robots())));
    }

    /** Where answers can stand, the narrowest first that is given. */
    private List<Stretch> stretches() {
        if (searchCriteria.contact().isPresent()) {
            byte[] prefix = Keys.contact(searchCriteria.contact().get());
            return List.of(new Stretch(Table.CONTACT_MESSAGES, prefix));
        }
        if (searchCriteria.domain().isPresent() && isNarrowest(searchCriteria.domain().get())) {
            return List.of(
                    new Stretch(Table.BY_DOMAIN, Keys.domain(searchCriteria.domain().get())));
        }
        List<Long> campaigns = campaigns();
        boolean isAny = searchCriteria.reason().isEmpty() && searchCriteria.statuses().isEmpty();
        if (campaigns.size() > MOST_CAMPAIGNS || (searchCriteria.campaign().isEmpty() && isAny)) {
            return List.of(new Stretch(Table.RECIPIENTS, new byte[0]));
        }
        if (searchCriteria.reason().isPresent()) {
            return campaigns.stream()
                    .map(c -> Keys.reason(c, searchCriteria.reason().get()))
                    .map(prefix -> new Stretch(Table.BY_REASON, prefix))
                    .toList();
        }
        Set<Status> statuses =
                searchCriteria.statuses().isEmpty()
                        ? EnumSet.allOf(Status.class)
                        : searchCriteria.statuses();
        return campaigns.stream()
                .flatMap(
                        c ->
                                statuses.stream()
                                        .map(
                                                status ->
                                                        Keys.byStatus(
                                                                c,
                                                                searchCriteria.robots(),
                                                                status)))
                .map(prefix -> new Stretch(Table.BY_STATUS, prefix))
                .toList();
    }

    /**
     * Whether there are fewer recipients at the domain than with the reason, or in the campaign, as
     * far as the search names them. The sums know.
     */
    private boolean isNarrowest(String domain) {
        long there = recipients(new TallyKey.RecipientDomain(domain));
        boolean thanReason =
                searchCriteria
                        .reason()
                        .map(reason -> isWithin(there, campaigns(), reason))
                        .orElse(true);
        boolean thanCampaign =
                searchCriteria
                        .campaign()
                        .map(campaign -> there <= recipients(new TallyKey.Campaign(campaign)))
                        .orElse(true);
        return thanReason && thanCampaign;
    }

    private boolean isWithin(long there, List<Long> campaigns, BounceCategory reason) {
        return campaigns.size() > MOST_CAMPAIGNS
                || there
                        <= campaigns.stream()
                                .mapToLong(c -> recipients(new TallyKey.CampaignReason(c, reason)))
                                .sum();
    }

    private long recipients(TallyKey key) {
        return rows.get(Table.TALLIES, TallyKeys.octets(key))
                .map(row -> TallyRow.decode(row).tally(false).recipients())
                .orElse(0L);
    }

    /** Those that the search names, or all; one more than are looked into when there are more. */
    private List<Long> campaigns() {
        if (searchCriteria.campaign().isPresent()) {
            return List.of(searchCriteria.campaign().get());
        }
        List<Long> all = new ArrayList<>(List.of(Numbers.of(Tenant.MAIN, 0, 0)));
        rows.scan(
                Table.CAMPAIGNS,
                new byte[0],
                (key, _) -> all.add(Keys.number(key)) && all.size() <= MOST_CAMPAIGNS);
        return all;
    }

    /** Rows under one prefix, read backwards in chunks. */
    private final class Stretch {
        private final Table table;
        private final byte[] prefix;
        private final Deque<RecipientId> chunk = new ArrayDeque<>();

        Stretch(Table table, byte[] prefix) {
            this.table = table;
            this.prefix = prefix;
        }

        boolean begin(Optional<RecipientId> before) {
            byte[] end = before.map(this::key).orElseGet(() -> Keys.behind(prefix));
            read(end, FIRST_CHUNK);
            return !chunk.isEmpty();
        }

        private byte[] key(RecipientId id) {
            return ByteBuffer.allocate(prefix.length + 10)
                    .put(prefix)
                    .put(Keys.recipient(id))
                    .array();
        }

        private void read(byte[] end, int size) {
            rows.scanBack(
                    table,
                    prefix,
                    end,
                    (key, _) -> {
                        chunk.add(Keys.recipient(key, prefix.length));
                        return chunk.size() < size;
                    });
        }

        RecipientId head() {
            return Objects.requireNonNull(chunk.peek());
        }

        RecipientId take() {
            RecipientId taken = chunk.remove();
            if (chunk.isEmpty()) {
                read(key(taken), CHUNK);
            }
            return taken;
        }

        boolean hasMore() {
            return !chunk.isEmpty();
        }
    }
}
