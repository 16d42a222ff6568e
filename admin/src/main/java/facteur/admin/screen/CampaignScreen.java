package facteur.admin.screen;

import facteur.admin.mime4j.MessagePreview;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.CampaignReport;
import facteur.admin.web.Response;
import facteur.mail.status.Rates;
import facteur.mail.status.Status;
import facteur.store.query.LinkClicks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Gmail shows no more of the HTML, and so no pixel at its end. */
    private static final long CLIPPED = 102 << 10;

    private final ScreenContext screenContext;

    public CampaignScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param causes why recipients were refused, the most frequent first
     * @param links by their place in the message
     * @param countedOpens opens of mail of which only sums are kept
     * @param warnings sentences
     */
    public record Model(
            CampaignLine campaign,
            List<Step> funnel,
            List<CampaignReport.Part> domains,
            List<CampaignReport.Cause> causes,
            List<LinkClicks> links,
            Optional<LinkClicks> countedOpens,
            CampaignProgress course,
            List<String> warnings) {
        public List<LinkClicks> ranked() {
            return links.stream()
                    .sorted(Comparator.comparingLong(LinkClicks::people).reversed())
                    .toList();
        }
    }

    /**
     * One step of the funnel.
     *
     * @param width of a thousand
     */
    public record Step(Status tone, String label, long count, String width) {}

    @Override
    public Response show(PageRequest page) {
        CampaignReport campaignReport = new CampaignReport(screenContext.views().campaigns());
        Optional<CampaignLine> campaign = campaignReport.find(page.part("id"), page.robots());
        if (campaign.isEmpty()) {
            return screenContext.missing(page);
        }
        CampaignLine line = campaign.get();
        return screenContext.html(
                "campaign",
                page,
                new Model(
                        line,
                        funnel(page, line),
                        campaignReport.domains(line.id(), page.robots(), DOMAINS),
                        campaignReport.causes(line.id()),
                        screenContext.views().campaigns().links(line.id(), LINKS),
                        screenContext.views().campaigns().countedOpens(line.id()),
                        CampaignProgress.of(
                                screenContext.views().campaigns(),
                                line,
                                page.robots(),
                                page.formats().zone(),
                                page.now()),
                        warnings(page, line)));
    }

    private static List<Step> funnel(PageRequest page, CampaignLine line) {
        var tally = line.figures().tally();
        long all = tally.recipients();
        return List.of(
                step(Status.SENDING, page.say("rate.recipients"), all, all),
                step(Status.ABANDONED, page.say("campaign.handed"), all - tally.abandoned(), all),
                step(Status.SENT, page.say("campaign.delivered"), tally.delivered(), all),
                step(Status.OPENED, page.say("campaign.opened"), tally.openers(), all),
                step(Status.CLICKED, page.say("campaign.clicked"), tally.clickers(), all));
    }

    /** Octets of the HTML of the campaign's latest message; empty when it need not be looked at. */
    private Optional<Long> htmlSize(CampaignLine line) {
        if (line.isNone()) {
            return Optional.empty();
        }
        return screenContext
                .views()
                .campaigns()
                .recipients(line.id(), false, Arrays.asList(Status.values()), Optional.empty(), 1)
                .stream()
                .findFirst()
                .flatMap(
                        recipient ->
                                screenContext.views().messages().find(recipient.id().message()))
                .filter(message -> message.accepted().size() > CLIPPED)
                .flatMap(screenContext::shown)
                .flatMap(MessagePreview::html)
                .map(html -> (long) html.getBytes(StandardCharsets.UTF_8).length);
    }

    private static Step step(Status tone, String label, long count, long all) {
        return new Step(
                tone,
                label,
                count,
                String.format(Locale.ROOT, "%.1f", all == 0 ? 0 : 1000.0 * count / all));
    }

    private List<String> warnings(PageRequest page, CampaignLine line) {
        var tally = line.figures().tally();
        List<String> warnings = new ArrayList<>();
        long handed = tally.recipients() - tally.abandoned();
        if (handed > 0 && tally.untracked() > (1 - TRACKED) * handed) {
            warnings.add(page.say("campaign.untracked", page.percent(tally.untracked(), handed)));
        }
        if (line.figures().rates().settled() >= 200 && tally.hard() + tally.soft() == 0) {
            warnings.add(page.say("campaign.too_good"));
        }
        Rates.Level level = line.figures().rates().bounceLevel();
        if (level == Rates.Level.WARNING || level == Rates.Level.ALERT) {
            warnings.add(page.say("level." + level.name().toLowerCase(Locale.ROOT) + ".means"));
        }
        htmlSize(line)
                .filter(size -> size > CLIPPED)
                .ifPresent(
                        size ->
                                warnings.add(
                                        page.say("campaign.clipped", page.formats().size(size))));
        return warnings;
    }
}
