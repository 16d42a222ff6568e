package facteur.admin.screen;

import facteur.admin.report.CampaignLine;
import facteur.admin.report.Campaigns;
import facteur.admin.web.Response;
import facteur.mail.status.Status;
import facteur.store.fold.LinkRow;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One campaign: how far it came, when, with whom, and what went wrong. */
public final class CampaignScreen implements Screen {
    private static final int DOMAINS = 12;
    private static final int LINKS = 100;

    /** Below this share of tracked mail, opens and clicks tell too little. */
    private static final double TRACKED = 0.9;

    private final Desk desk;

    public CampaignScreen(Desk desk) {
        this.desk = desk;
    }

    /**
     * @param causes why recipients were refused, the most frequent first
     * @param links by their place in the message
     * @param steps of the chart, the oldest first
     * @param warnings sentences
     */
    public record Model(
            CampaignLine campaign,
            List<Step> funnel,
            List<Campaigns.Part> domains,
            List<Campaigns.Cause> causes,
            List<LinkRow> links,
            List<Course.Step> steps,
            List<String> warnings) {
        public List<LinkRow> ranked() {
            return links.stream()
                    .sorted(Comparator.comparingLong(LinkRow::people).reversed())
                    .toList();
        }

        /** The chart's figures as the script reads them. */
        public String chart(Page page) {
            return Course.json(
                    steps,
                    List.of(
                            page.say("campaign.delivered"),
                            page.say("campaign.opened"),
                            page.say("campaign.clicked"),
                            page.say("rate.bounce.short")));
        }
    }

    /**
     * One step of the funnel.
     *
     * @param width of a thousand
     */
    public record Step(Status tone, String label, long count, String width) {}

    @Override
    public Response show(Page page) {
        Campaigns campaigns = new Campaigns(desk.views());
        Optional<CampaignLine> campaign =
                RecipientsScreen.number(page.part("id"))
                        .flatMap(id -> campaigns.find(id, page.robots()));
        if (campaign.isEmpty()) {
            return desk.missing(page);
        }
        CampaignLine line = campaign.get();
        return desk.html(
                "campaign",
                page,
                new Model(
                        line,
                        funnel(page, line),
                        campaigns.domains(line.id(), page.robots(), DOMAINS),
                        campaigns.causes(line.id()),
                        desk.views().links(line.id(), LINKS),
                        Course.of(desk.views(), line, page),
                        warnings(page, line)));
    }

    private static List<Step> funnel(Page page, CampaignLine line) {
        var tally = line.figures().tally();
        long all = tally.recipients();
        return List.of(
                step(Status.SENDING, page.say("rate.recipients"), all, all),
                step(Status.ABANDONED, page.say("campaign.handed"), all - tally.abandoned(), all),
                step(Status.SENT, page.say("campaign.delivered"), tally.delivered(), all),
                step(Status.OPENED, page.say("campaign.opened"), tally.openers(), all),
                step(Status.CLICKED, page.say("campaign.clicked"), tally.clickers(), all));
    }

    private static Step step(Status tone, String label, long count, long all) {
        return new Step(
                tone,
                label,
                count,
                String.format(Locale.ROOT, "%.1f", all == 0 ? 0 : 1000.0 * count / all));
    }

    private static List<String> warnings(Page page, CampaignLine line) {
        var tally = line.figures().tally();
        List<String> warnings = new java.util.ArrayList<>();
        long handed = tally.recipients() - tally.abandoned();
        if (handed > 0 && tally.untracked() > (1 - TRACKED) * handed) {
            warnings.add(page.say("campaign.untracked", page.percent(tally.untracked(), handed)));
        }
        if (line.figures().rates().settled() >= 200 && tally.hard() + tally.soft() == 0) {
            warnings.add(page.say("campaign.too_good"));
        }
        return warnings;
    }
}
