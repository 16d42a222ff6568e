package facteur.store.view;

import facteur.mail.message.Tenant;
import facteur.store.fold.CampaignRow;
import facteur.store.fold.HourRow;
import facteur.store.fold.Keys;
import facteur.store.fold.LinkRow;
import facteur.store.fold.Table;
import facteur.store.fold.TallyKey;
import facteur.store.fold.TallyRow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Campaigns and sums. */
public final class CampaignSums {
    /** A campaign with its number. */
    public record Campaign(long id, CampaignRow row) {}

    /**
     * Sums by name: all rows of a kind of {@link TallyKey} whose last part is a name, such as a
     * campaign's domains.
     */
    public record Named(String name, TallyRow row) {}

    /** What happened in one hour. */
    public record Hour(Instant begin, HourRow row) {}

    private final ViewReader reader;

    CampaignSums(ViewReader reader) {
        this.reader = reader;
    }

    /** Every campaign; there are hundreds, not millions. */
    List<Campaign> campaigns() {
        return reader.read(
                rows -> {
                    List<Campaign> found = new ArrayList<>();
                    rows.scan(
                            Table.CAMPAIGNS,
                            new byte[0],
                            (key, value) ->
                                    found.add(
                                            new Campaign(
                                                    Keys.number(key), CampaignRow.decode(value))));
                    return found;
                });
    }

    Optional<Campaign> campaign(long id) {
        return reader.read(
                rows ->
                        rows.get(Table.CAMPAIGNS, Keys.campaign(id))
                                .map(value -> new Campaign(id, CampaignRow.decode(value))));
    }

    Optional<Campaign> campaign(String name) {
        return reader.read(rows -> rows.get(Table.CAMPAIGN_IDS, Keys.name(Tenant.MAIN, name)))
                .flatMap(value -> campaign(Keys.number(value)));
    }

    /** Sums over each key, read at one instant. */
    List<TallyRow> tallies(Collection<? extends TallyKey> keys) {
        return reader.read(
                rows ->
                        keys.stream()
                                .map(
                                        key ->
                                                rows.get(Table.TALLIES, key.key())
                                                        .map(TallyRow::decode)
                                                        .orElseGet(TallyRow::zero))
                                .toList());
    }

    List<Named> campaignDomains(long campaign) {
        return named(TallyKey.prefix(3, campaign));
    }

    List<Named> recipientDomains() {
        return named(TallyKey.prefix(5, 0));
    }

    List<Named> senderDomains() {
        return named(TallyKey.prefix(6, 0));
    }

    private List<Named> named(byte[] prefix) {
        return reader.read(
                rows -> {
                    List<Named> found = new ArrayList<>();
                    rows.scan(
                            Table.TALLIES,
                            prefix,
                            (key, value) ->
                                    found.add(
                                            new Named(
                                                    new String(
                                                            key,
                                                            TallyKey.PREFIX,
                                                            key.length - TallyKey.PREFIX,
                                                            StandardCharsets.UTF_8),
                                                    TallyRow.decode(value))));
                    return found;
                });
    }

    /**
     * What happened to a campaign from one instant on, hour by hour; hours without are left out.
     */
    List<Hour> hours(long campaign, Instant from, int limit) {
        return reader.read(
                rows -> {
                    List<Hour> found = new ArrayList<>();
                    rows.scan(
                            Table.HOURS,
                            Keys.campaign(campaign),
                            ByteBuffer.allocate(12)
                                    .putLong(campaign)
                                    .putInt(HourRow.hour(from))
                                    .array(),
                            (key, value) ->
                                    found.size() < limit
                                            && found.add(
                                                    new Hour(
                                                            HourRow.begin(
                                                                    ByteBuffer.wrap(key).getInt(8)),
                                                            HourRow.decode(value))));
                    return found;
                });
    }

    /** Clicks on the links of a campaign, by their place in the message. */
    List<LinkRow> links(long campaign, int limit) {
        return reader.read(
                rows -> {
                    List<LinkRow> found = new ArrayList<>();
                    rows.scan(
                            Table.LINKS,
                            Keys.campaign(campaign),
                            (key, value) ->
                                    found.size() < limit
                                            && !LinkRow.isPixel(key)
                                            && found.add(LinkRow.decode(value)));
                    return found;
                });
    }
}
