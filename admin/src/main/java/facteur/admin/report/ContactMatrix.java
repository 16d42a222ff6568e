package facteur.admin.report;

import facteur.admin.web.Query;
import facteur.mail.address.AddressKey;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Status;
import facteur.store.query.CampaignQueries;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Queries;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.TallyKey;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Contacts by campaign: the statuses of each, side by side. It joins contacts, campaigns, messages
 * and suppressions, so it asks for all of them.
 */
public final class ContactMatrix {
    public static final int MOST_COLUMNS = 20;

    private static final String IN = "in.";

    /** Contacts looked at for one page of a filter that takes few. */
    static final int LOOKED_AT = 5_000;

    private static final int STEP = 250;

    private final Queries views;

    public ContactMatrix(Queries views) {
        this.views = views;
    }

    /**
     * A wish about one column.
     *
     * @param status what is shown, or is not; empty: nothing was sent
     */
    public record Wish(long campaign, Optional<Status> status, boolean negated) {
        /** Reads {@code opened}, {@code !clicked}, {@code none}, {@code !none}. */
        static Optional<Wish> of(long campaign, String text) {
            boolean negated = text.startsWith("!");
            String key = negated ? text.substring(1) : text;
            if (key.equals("none")) {
                return Optional.of(new Wish(campaign, Optional.empty(), negated));
            }
            return Arrays.stream(Status.values())
                    .filter(status -> status.key().equals(key))
                    .findFirst()
                    .map(status -> new Wish(campaign, Optional.of(status), negated));
        }

        boolean takes(Optional<Status> shown) {
            return shown.equals(status) != negated;
        }
    }

    /**
     * What is wanted.
     *
     * @param prefix with which addresses begin
     * @param campaigns columns, in order
     * @param wishes at most one for each column
     * @param sort the column by whose status contacts are sorted; those who were not sent to in it
     *     are left out then
     */
    public record Filter(
            String prefix,
            List<Long> campaigns,
            List<Wish> wishes,
            Optional<Long> sort,
            boolean robots) {
        public Filter {
            campaigns = List.copyOf(campaigns);
            wishes = List.copyOf(wishes);
        }

        /**
         * Reads {@code q, campaigns, robots, sort}, and for a column, by what its campaign is
         * called ({@link CampaignReport#number(String)}), {@code in.id:7=opened} as forms have it,
         * or {@code wish=id:7=opened}.
         */
        public static Filter of(Query query, CampaignQueries campaignQueries) {
            CampaignReport known = new CampaignReport(campaignQueries);
            List<Long> campaigns = columns(query, known);
            Map<Long, Wish> wishes = new LinkedHashMap<>();
            for (Said said : said(query)) {
                known.number(said.called())
                        .filter(campaigns::contains)
                        .flatMap(campaign -> Wish.of(campaign, said.wish()))
                        .ifPresent(wish -> wishes.put(wish.campaign(), wish));
            }
            return new Filter(
                    query.first("q").orElse("").toLowerCase(Locale.ROOT),
                    campaigns,
                    List.copyOf(wishes.values()),
                    query.first("sort").flatMap(known::number).filter(campaigns::contains),
                    query.isOn("robots"));
        }

        private static List<Long> columns(Query query, CampaignReport known) {
            return query.list("campaigns").stream()
                    .flatMap(text -> known.number(text).stream())
                    .distinct()
                    .limit(MOST_COLUMNS)
                    .toList();
        }

        /**
         * A campaign of which something is wished, or by which is sorted, and that is not among the
         * columns.
         */
        public static Optional<String> stray(Query query, CampaignQueries campaignQueries) {
            CampaignReport known = new CampaignReport(campaignQueries);
            List<Long> columns = columns(query, known);
            return Stream.concat(
                            said(query).stream().map(Said::called), query.first("sort").stream())
                    .filter(called -> known.number(called).filter(columns::contains).isEmpty())
                    .findFirst();
        }

        /** A wish as it is written. */
        private record Said(String called, String wish) {}

        private static List<Said> said(Query query) {
            List<Said> all = new ArrayList<>();
            query.values()
                    .keySet()
                    .forEach(
                            name -> {
                                if (name.startsWith(IN)) {
                                    query.first(name)
                                            .ifPresent(
                                                    wish ->
                                                            all.add(
                                                                    new Said(
                                                                            name.substring(
                                                                                    IN.length()),
                                                                            wish)));
                                }
                            });
            for (String wish : query.all("wish")) {
                int end = wish.lastIndexOf('=');
                if (end > 0) {
                    all.add(new Said(wish.substring(0, end), wish.substring(end + 1)));
                }
            }
            return all;
        }
    }

    /**
     * One contact.
     *
     * @param cells one for each column; empty where nothing was sent
     */
    public record Line(
            Contact contact,
            Optional<SuppressedAddress> suppression,
            List<Optional<Status>> cells) {
        public Line {
            cells = List.copyOf(cells);
        }
    }

    /**
     * @param next where the next page begins; empty when there is none
     */
    public record Page(List<Line> lines, Optional<String> next) {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /**
     * Contacts by address; or, where a campaign sorts them or a status is wanted, by status in that
     * campaign, the newest message first: then only those are looked at whom it may concern.
     *
     * @param after as the page before named it
     */
    public Page page(Filter filter, Optional<String> after, int limit) {
        Optional<Lead> lead = lead(filter);
        return lead.isPresent()
                ? led(filter, lead.get(), after.flatMap(RecipientReport::parse), limit)
                : byAddress(filter, after.map(AddressKey::new), limit);
    }

    /** The column through which contacts are found. */
    private record Lead(long campaign, List<Status> statuses) {}

    private Optional<Lead> lead(Filter filter) {
        List<Wish> positive =
                filter.wishes().stream()
                        .filter(wish -> wish.status().isPresent() && !wish.negated())
                        .toList();
        if (filter.sort().isPresent()) {
            long campaign = filter.sort().get();
            return Optional.of(
                    new Lead(
                            campaign,
                            positive.stream()
                                    .filter(wish -> wish.campaign() == campaign)
                                    .flatMap(wish -> wish.status().stream())
                                    .findFirst()
                                    .map(List::of)
                                    .orElse(Arrays.asList(Status.values()))));
        }
        return positive.stream()
                .min(Comparator.comparingLong(wish -> recipients(wish, filter.robots())))
                .map(wish -> new Lead(wish.campaign(), List.of(wish.status().orElseThrow())));
    }

    private long recipients(Wish wish, boolean robots) {
        return views.campaigns()
                .sums(new TallyKey.Campaign(wish.campaign()))
                .showing(wish.status().orElseThrow(), robots);
    }

    private Page led(Filter filter, Lead lead, Optional<RecipientId> after, int limit) {
        List<Line> taken = new ArrayList<>();
        Optional<MessageRecipient> last =
                after.flatMap(views.messages()::recipient)
                        .filter(r -> lead.statuses().contains(r.state().status(filter.robots())));
        int looked = 0;
        while (true) {
            List<MessageRecipient> rows =
                    views.campaigns()
                            .recipients(
                                    lead.campaign(), filter.robots(), lead.statuses(), last, STEP);
            List<MessageRecipient> leading =
                    views.contacts().leading(lead.campaign(), filter.robots(), rows).stream()
                            .filter(row -> isNamed(row, filter.prefix()))
                            .toList();
            List<List<Optional<Status>>> cells = cells(leading, filter);
            Map<RecipientId, List<Optional<Status>>> fit = new HashMap<>();
            for (int i = 0; i < leading.size(); i++) {
                if (takes(filter, cells.get(i))) {
                    fit.put(leading.get(i).id(), cells.get(i));
                }
            }
            for (MessageRecipient row : rows) {
                if (taken.size() == limit) {
                    return new Page(taken, last.map(r -> r.id().toString()));
                }
                last = Optional.of(row);
                List<Optional<Status>> statuses = fit.get(row.id());
                if (statuses != null) {
                    taken.add(line(row.contact().orElseThrow(), statuses));
                }
            }
            looked += rows.size();
            if (rows.size() < STEP) {
                return new Page(taken, Optional.empty());
            }
            if (looked >= LOOKED_AT) {
                return new Page(taken, last.map(r -> r.id().toString()));
            }
        }
    }

    private static boolean isNamed(MessageRecipient row, String prefix) {
        return row.contact()
                .filter(contact -> contact.address().key().value().startsWith(prefix))
                .isPresent();
    }

    private List<List<Optional<Status>>> cells(List<MessageRecipient> rows, Filter filter) {
        return views.contacts()
                .cells(
                        rows.stream().map(row -> row.contact().orElseThrow().id()).toList(),
                        filter.campaigns(),
                        filter.robots());
    }

    private Page byAddress(Filter filter, Optional<AddressKey> after, int limit) {
        List<Line> taken = new ArrayList<>();
        Optional<AddressKey> last = after;
        int looked = 0;
        while (true) {
            int step = filter.wishes().isEmpty() ? limit + 1 : STEP;
            List<Contact> contacts = views.contacts().page(filter.prefix(), last, step);
            List<List<Optional<Status>>> cells =
                    views.contacts()
                            .cells(
                                    contacts.stream().map(Contact::id).toList(),
                                    filter.campaigns(),
                                    filter.robots());
            for (int i = 0; i < contacts.size(); i++) {
                if (taken.size() == limit) {
                    return new Page(taken, last.map(AddressKey::value));
                }
                Contact contact = contacts.get(i);
                last = Optional.of(contact.address().key());
                if (takes(filter, cells.get(i))) {
                    taken.add(line(contact, cells.get(i)));
                }
            }
            looked += contacts.size();
            if (contacts.size() < step) {
                return new Page(taken, Optional.empty());
            }
            if (looked >= LOOKED_AT) {
                return new Page(taken, last.map(AddressKey::value));
            }
        }
    }

    private Line line(Contact contact, List<Optional<Status>> cells) {
        return new Line(contact, views.suppressions().find(contact.address().key()), cells);
    }

    private static boolean takes(Filter filter, List<Optional<Status>> cells) {
        return filter.wishes().stream()
                .allMatch(
                        wish -> wish.takes(cells.get(filter.campaigns().indexOf(wish.campaign()))));
    }
}
