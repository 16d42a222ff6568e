package facteur.admin.report;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.text.CampaignName;
import facteur.mail.text.NameOrId;
import facteur.store.query.Campaign;
import facteur.store.query.CampaignQueries;
import facteur.store.query.NamedSums;
import facteur.store.query.RecipientSums;
import facteur.store.query.TallyKey;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Questions about campaigns. */
public final class CampaignReport {
    private final CampaignQueries campaigns;

    public CampaignReport(CampaignQueries campaigns) {
        this.campaigns = campaigns;
    }

    /** The campaigns a filter takes, with everything sent without one as the last line. */
    public List<CampaignLine> list(CampaignFilter filter, boolean robots, ZoneId zone) {
        List<CampaignLine> taken =
                new ArrayList<>(
                        all(robots).stream()
                                .filter(line -> filter.takes(line, zone))
                                .sorted(filter.comparator())
                                .toList());
        if (filter.search().isEmpty()
                && filter.tag().isEmpty()
                && filter.senderDomain().isEmpty()
                && filter.from().isEmpty()
                && filter.until().isEmpty()) {
            find(0, robots).filter(line -> line.figures().recipients() > 0).ifPresent(taken::add);
        }
        return taken;
    }

    /** Every campaign, the newest first. */
    public List<CampaignLine> all(boolean robots) {
        List<Campaign> known = campaigns.all();
        List<RecipientSums> sums =
                campaigns.sums(known.stream().map(c -> new TallyKey.Campaign(c.id())).toList());
        List<CampaignLine> lines = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
            lines.add(line(known.get(i), new Figures(sums.get(i), robots)));
        }
        lines.sort(Comparator.comparing(CampaignLine::last).reversed());
        return lines;
    }

    /** A campaign by number; 0 is what was sent without one, and always there. */
    public Optional<CampaignLine> find(long id, boolean robots) {
        Figures figures = new Figures(campaigns.sums(new TallyKey.Campaign(id)), robots);
        if (id == 0) {
            return Optional.of(
                    new CampaignLine(
                            0, "", "", "", Instant.EPOCH, Instant.EPOCH, List.of(), figures));
        }
        return campaigns.find(id).map(campaign -> line(campaign, figures));
    }

    /**
     * A campaign by what it is called, see {@link NameOrId}: its name, or {@code id:} with its
     * number.
     */
    public Optional<CampaignLine> find(String called, boolean robots) {
        return number(called).flatMap(id -> find(id, robots));
    }

    /** The number of a campaign by what it is called; 0 is what was sent without one. */
    public Optional<Long> number(String called) {
        return NameOrId.parse(called)
                .flatMap(
                        which ->
                                switch (which) {
                                    case NameOrId.Id(long id) -> Optional.of(id);
                                    case NameOrId.Name(String name) ->
                                            campaigns.find(CampaignName.of(name)).map(Campaign::id);
                                });
    }

    private static CampaignLine line(Campaign campaign, Figures figures) {
        return new CampaignLine(
                campaign.id(),
                campaign.name(),
                campaign.sender(),
                campaign.subject(),
                campaign.first(),
                campaign.last(),
                campaign.tags(),
                figures);
    }

    /** The whole server. */
    public Figures server(boolean robots) {
        return new Figures(campaigns.sums(new TallyKey.Server()), robots);
    }

    /** Tags of all campaigns, for a list to choose from. */
    public static List<String> tags(List<CampaignLine> lines) {
        TreeSet<String> tags = new TreeSet<>();
        lines.forEach(line -> tags.addAll(line.tags()));
        return List.copyOf(tags);
    }

    /** Domains of all senders, for a list to choose from. */
    public static List<String> senderDomains(List<CampaignLine> lines) {
        TreeSet<String> domains = new TreeSet<>();
        lines.forEach(line -> domains.add(line.senderDomain()));
        domains.remove("");
        return List.copyOf(domains);
    }

    /** A domain, provider or sender with its sums. */
    public record Part(String name, Figures figures) {}

    /** A campaign by recipient domain, the largest first. */
    public List<Part> domains(long campaign, boolean robots, int limit) {
        return parts(campaigns.domains(campaign), robots, limit);
    }

    static List<Part> parts(List<NamedSums> named, boolean robots, int limit) {
        return named.stream()
                .map(part -> new Part(part.name(), new Figures(part.sums(), robots)))
                .sorted(
                        Comparator.<Part>comparingLong(part -> part.figures().recipients())
                                .reversed())
                .limit(limit)
                .toList();
    }

    /**
     * Why recipients were refused.
     *
     * @param recipients whose last refusal was of that kind, wherever they stand now
     * @param bounced those of them who bounced
     */
    public record Cause(BounceCategory category, long recipients, long bounced) {}

    /** The reasons of a campaign's refusals, the most frequent first. */
    public List<Cause> causes(long campaign) {
        List<BounceCategory> categories = Arrays.asList(BounceCategory.values());
        List<RecipientSums> rows =
                campaigns.sums(
                        categories.stream()
                                .map(category -> new TallyKey.CampaignReason(campaign, category))
                                .toList());
        List<Cause> causes = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Figures figures = new Figures(rows.get(i), false);
            if (figures.recipients() > 0) {
                causes.add(
                        new Cause(
                                categories.get(i),
                                figures.recipients(),
                                figures.tally().hard() + figures.tally().soft()));
            }
        }
        causes.sort(
                Comparator.comparingLong(Cause::bounced)
                        .thenComparingLong(Cause::recipients)
                        .reversed());
        return causes;
    }
}
