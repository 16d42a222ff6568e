package facteur.admin.screen;

import facteur.admin.fastcsv.Csv;
import facteur.admin.report.CampaignFilter;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.Figures;
import facteur.admin.web.Response;
import facteur.mail.status.Rates;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** All campaigns with what became of them: the home page. */
public final class CampaignsScreen implements Screen {
    private static final int PAGE = 100;

    private final ScreenContext screenContext;

    public CampaignsScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param more how many campaigns there are beyond those shown
     */
    public record Model(
            Figures server,
            List<CampaignLine> lines,
            int total,
            int more,
            boolean atLeast,
            CampaignFilter filter,
            List<String> tags,
            List<String> senderDomains) {
        public List<Figures.Slice> slices(CampaignLine line) {
            List<Figures.Slice> slices = atLeast ? line.figures().atLeast() : line.figures().now();
            return StatusExplanation.COLUMNS.stream()
                    .map(
                            status ->
                                    slices.stream()
                                            .filter(slice -> slice.status() == status)
                                            .findFirst()
                                            .orElseThrow())
                    .toList();
        }

        /** The contacts behind a percentage. */
        public String behind(PageRequest page, CampaignLine line, Figures.Slice slice) {
            String statuses =
                    atLeast
                            ? String.join(
                                    ",",
                                    Figures.reaching(slice.status()).stream()
                                            .map(status -> status.key())
                                            .toList())
                            : slice.status().key();
            return "/campaigns/id:"
                    + line.id()
                    + "/contacts?status="
                    + statuses
                    + (page.robots() ? "&robots=1" : "");
        }

        /** This page sorted by a column; a second time turns the order around. */
        public String sorted(PageRequest page, String key) {
            boolean here = filter.order().key().equals(key);
            boolean down = here ? !filter.descending() : !key.equals("name");
            return page.request().path()
                    + page.query().with("sort", key).with("dir", down ? "desc" : "asc").behind();
        }

        /** The value of {@code aria-sort} for a column. */
        public String sorting(String key) {
            if (!filter.order().key().equals(key)) {
                return "none";
            }
            return filter.descending() ? "descending" : "ascending";
        }
    }

    @Override
    public Response show(PageRequest page) throws IOException {
        CampaignReport campaignReport = new CampaignReport(screenContext.views().campaigns());
        CampaignFilter filter = CampaignFilter.of(page.query());
        List<CampaignLine> all = campaignReport.list(filter, page.robots(), page.formats().zone());
        boolean atLeast = page.query().has("count", "at-least");
        if (page.query().has("format", "csv")) {
            screenContext.exported(page);
            return csv(page, all, atLeast);
        }
        int shown = page.query().has("all", "1") ? all.size() : Math.min(PAGE, all.size());
        List<CampaignLine> known = campaignReport.all(false);
        Model model =
                new Model(
                        campaignReport.server(page.robots()),
                        all.subList(0, shown),
                        all.size(),
                        all.size() - shown,
                        atLeast,
                        filter,
                        CampaignReport.tags(known),
                        CampaignReport.senderDomains(known));
        return screenContext.html("campaigns", page, model);
    }

    private static Response csv(PageRequest page, List<CampaignLine> lines, boolean atLeast) {
        return Csv.download(
                "campaigns",
                csv -> {
                    csv.row(heading(page));
                    for (CampaignLine line : lines) {
                        csv.row(cells(page, line, atLeast));
                    }
                });
    }

    private static List<String> heading(PageRequest page) {
        List<String> names = new ArrayList<>();
        for (String key :
                List.of("name", "subject", "sender", "first", "last", "recipients", "progress")) {
            names.add(page.say("campaigns." + key));
        }
        StatusExplanation.COLUMNS.forEach(status -> names.add(page.status(status)));
        for (String key : List.of("delivery", "open", "click", "bounce", "click_to_open")) {
            names.add(page.say("rate." + key));
        }
        return names;
    }

    private static List<String> cells(PageRequest page, CampaignLine line, boolean atLeast) {
        Rates rates = line.figures().rates();
        List<String> cells = new ArrayList<>();
        cells.add(line.isNone() ? page.say("campaigns.none") : line.name());
        cells.add(line.subject());
        cells.add(line.sender());
        cells.add(line.isNone() ? "" : line.first().toString());
        cells.add(line.isNone() ? "" : line.last().toString());
        cells.add(Long.toString(line.figures().recipients()));
        cells.add(share(rates.progress()));
        List<Figures.Slice> slices = atLeast ? line.figures().atLeast() : line.figures().now();
        for (var status : StatusExplanation.COLUMNS) {
            slices.stream()
                    .filter(slice -> slice.status() == status)
                    .forEach(slice -> cells.add(Long.toString(slice.count())));
        }
        cells.add(share(rates.delivery()));
        cells.add(share(rates.open()));
        cells.add(share(rates.click()));
        cells.add(share(rates.bounce()));
        cells.add(share(rates.clickToOpen()));
        return cells;
    }

    static String share(OptionalDouble share) {
        return share.isEmpty()
                ? ""
                : String.format(java.util.Locale.ROOT, "%.4f", share.getAsDouble());
    }
}
