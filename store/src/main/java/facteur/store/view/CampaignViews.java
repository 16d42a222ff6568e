package facteur.store.view;

import facteur.mail.message.Tenant;
import facteur.mail.status.Status;
import facteur.store.fold.CampaignRow;
import facteur.store.fold.HourRow;
import facteur.store.fold.Keys;
import facteur.store.fold.LinkRow;
import facteur.store.fold.Table;
import facteur.store.fold.TablePage;
import facteur.store.fold.TallyKeys;
import facteur.store.fold.TallyRow;
import facteur.store.query.Campaign;
import facteur.store.query.CampaignHour;
import facteur.store.query.CampaignQueries;
import facteur.store.query.LinkClicks;
import facteur.store.query.MessageRecipient;
import facteur.store.query.NamedSums;
import facteur.store.query.RecipientSums;
import facteur.store.query.TallyKey;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Campaigns lie under their number, sums under what they are summed over. */
final class CampaignViews implements CampaignQueries {
    private final ViewReader reader;

    CampaignViews(ViewReader reader) {
        this.reader = reader;
    }

    @Override
    public List<Campaign> all() {
        return reader.read(
                rows -> {
                    List<Campaign> found = new ArrayList<>();
                    rows.scan(
                            Table.CAMPAIGNS,
                            new byte[0],
                            (key, value) -> found.add(CampaignRow.decode(Keys.number(key), value)));
                    return found;
                });
    }

    @Override
    public Optional<Campaign> find(long id) {
        return reader.read(
                rows ->
                        rows.get(Table.CAMPAIGNS, Keys.campaign(id))
                                .map(value -> CampaignRow.decode(id, value)));
    }

    @Override
    public Optional<Campaign> find(String name) {
        return reader.read(rows -> rows.get(Table.CAMPAIGN_IDS, Keys.name(Tenant.MAIN, name)))
                .flatMap(value -> find(Keys.number(value)));
    }

    @Override
    public List<MessageRecipient> recipients(
            long campaign,
            boolean robots,
            List<Status> statuses,
            Optional<MessageRecipient> after,
            int limit) {
        return reader.read(
                rows -> {
                    List<MessageRecipient> page = new ArrayList<>();
                    Optional<Status> resumed = after.map(last -> last.state().status(robots));
                    boolean passed = resumed.isEmpty();
                    for (Status status : statuses) {
                        boolean resumes = resumed.equals(Optional.of(status));
                        passed |= resumes;
                        if (passed) {
                            byte[] prefix = Keys.byStatus(campaign, robots, status);
                            byte[] end =
                                    resumes
                                            ? Keys.byStatus(
                                                    campaign,
                                                    robots,
                                                    status,
                                                    after.orElseThrow().id())
                                            : Keys.behind(prefix);
                            page.addAll(
                                    TablePage.backward(
                                            rows,
                                            Table.BY_STATUS,
                                            prefix,
                                            end,
                                            limit - page.size(),
                                            (key, _) ->
                                                    RecipientJoin.find(
                                                            rows,
                                                            Keys.recipient(key, prefix.length))));
                        }
                    }
                    return page;
                });
    }

    @Override
    public List<RecipientSums> sums(Collection<? extends TallyKey> keys) {
        return reader.read(
                rows ->
                        keys.stream()
                                .<RecipientSums>map(
                                        key ->
                                                rows.get(Table.TALLIES, TallyKeys.octets(key))
                                                        .map(TallyRow::decode)
                                                        .orElseGet(TallyRow::zero))
                                .toList());
    }

    @Override
    public List<NamedSums> domains(long campaign) {
        return named(TallyKeys.campaignDomains(campaign));
    }

    @Override
    public List<NamedSums> recipientDomains() {
        return named(TallyKeys.recipientDomains());
    }

    @Override
    public List<NamedSums> senderDomains() {
        return named(TallyKeys.senderDomains());
    }

    private List<NamedSums> named(byte[] prefix) {
        return reader.read(
                rows -> {
                    List<NamedSums> found = new ArrayList<>();
                    rows.scan(
                            Table.TALLIES,
                            prefix,
                            (key, value) ->
                                    found.add(
                                            new NamedSums(
                                                    TallyKeys.name(key), TallyRow.decode(value))));
                    return found;
                });
    }

    @Override
    public List<CampaignHour> hours(long campaign, Instant from, int limit) {
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.HOURS,
                                Keys.campaign(campaign),
                                HourRow.key(campaign, from),
                                limit,
                                (key, value) ->
                                        Optional.of(
                                                new CampaignHour(
                                                        HourRow.begin(key),
                                                        HourRow.decode(value)))));
    }

    @Override
    public List<LinkClicks> links(long campaign, int limit) {
        byte[] prefix = Keys.campaign(campaign);
        return reader.read(
                rows ->
                        TablePage.forward(
                                rows,
                                Table.LINKS,
                                prefix,
                                prefix,
                                limit,
                                (key, value) ->
                                        LinkRow.isPixel(key)
                                                ? Optional.empty()
                                                : Optional.of(LinkRow.decode(value))));
    }

    @Override
    public Optional<LinkClicks> countedOpens(long campaign) {
        return reader.read(
                rows -> rows.get(Table.LINKS, LinkRow.pixel(campaign)).map(LinkRow::decode));
    }
}
