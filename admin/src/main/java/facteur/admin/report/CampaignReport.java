package facteur.admin.report;

import facteur.mail.outcome.BounceCategory;
import facteur.mail.text.CampaignName;
import facteur.mail.text.NameOrId;
import facteur.store.fold.CampaignRow;
import facteur.store.fold.TallyKey;
import facteur.store.fold.TallyRow;
import facteur.store.view.CampaignSums;
import facteur.store.view.Views;

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
    private final Views views;

    public CampaignReport(Views views) {
        this.views = views;
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
        List<CampaignSums.Campaign> campaigns = views.campaigns();
        List<TallyRow> rows =
                views.tallies(campaigns.stream().map(c -> new TallyKey.Campaign(c.id())).toList());
        List<CampaignLine> lines = new ArrayList<>();
        for (int i = 0; i < campaigns.size(); i++) {
            lines.add(line(campaigns.get(i), new Figures(rows.get(i), robots)));
        }
        lines.sort(Comparator.comparing(CampaignLine::last).reversed());
        return lines;
    }

    /** A campaign by number; 0 is what was sent without one, and always there. */
    public Optional<CampaignLine> find(long id, boolean robots) {
        Figures figures = new Figures(views.tally(new TallyKey.Campaign(id)), robots);
        if (id == 0) {
            return Optional.of(
                    new CampaignLine(
                            0, "", "", "", Instant.EPOCH, Instant.EPOCH, List.of(), figures));
        }
        return views.campaign(id).map(campaign -> line(campaign, figures));
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
                                            views.campaign(CampaignName.of(name))
                                                    .map(CampaignSums.Campaign::id);
                                });
    }

    private static CampaignLine line(CampaignSums.Campaign campaign, Figures figures) {
        CampaignRow row = campaign.row();
        return new CampaignLine(
                campaign.id(),
                row.name(),
                row.sender(),
                row.subject(),
                row.first(),
                row.last(),
                row.tags(),
                figures);
    }

    /** The whole server. */
    public Figures server(boolean robots) {
        return new Figures(views.tally(new TallyKey.Server()), robots);
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
        return parts(views.campaignDomains(campaign), robots, limit);
    }

    static List<Part> parts(List<CampaignSums.Named> named, boolean robots, int limit) {
        return named.stream()
                .map(part -> new Part(part.name(), new Figures(part.row(), robots)))
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
        List<TallyRow> rows =
                views.tallies(
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
