package facteur.admin.screen;

import facteur.admin.fastcsv.Csv;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.Figures;
import facteur.admin.report.RecipientReport;
import facteur.admin.web.Response;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Status;
import facteur.mail.text.Escaped;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Queries;
import facteur.store.query.RecipientState;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The contacts behind a percentage. */
public final class RecipientsScreen implements Screen {
    private static final int PAGE = 50;
    private static final int CSV_PAGE = 1000;

    private final ScreenContext screenContext;

    public RecipientsScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param next link to the next page, or empty
     * @param causes reasons to choose from
     */
    public record Model(
            CampaignLine campaign,
            List<Figures.Slice> slices,
            RecipientReport.Filter filter,
            List<Line> lines,
            String next,
            List<BounceCategory> causes) {
        public boolean isChosen(Status status) {
            return filter.statuses().contains(status);
        }

        /** Whether no status is left out. */
        public boolean isAll() {
            return filter.statuses().size() == Status.values().length;
        }

        /** How many recipients the chosen statuses have; other filters may take fewer. */
        public long chosen() {
            return slices.stream()
                    .filter(slice -> isChosen(slice.status()))
                    .mapToLong(Figures.Slice::count)
                    .sum();
        }
    }

    /** One recipient. */
    public record Line(
            RecipientId id,
            Optional<Long> contact,
            String address,
            RecipientState state,
            boolean suppressed) {}

    private RecipientReport report() {
        Queries views = screenContext.views();
        return new RecipientReport(views.campaigns(), views.messages());
    }

    @Override
    public Response show(PageRequest page) throws IOException {
        CampaignReport campaignReport = new CampaignReport(screenContext.views().campaigns());
        Optional<CampaignLine> campaign = campaignReport.find(page.part("id"), page.robots());
        if (campaign.isEmpty()) {
            return screenContext.missing(page);
        }
        RecipientReport.Filter filter = RecipientReport.Filter.of(page.query());
        if (page.query().has("format", "csv")) {
            screenContext.exported(page);
            return csv(page, campaign.get(), filter);
        }
        RecipientReport.Page found = report().page(campaign.get().id(), filter, cursor(page), PAGE);
        Model model =
                new Model(
                        campaign.get(),
                        slices(campaign.get().figures()),
                        filter,
                        found.recipients().stream().map(r -> line(r, page)).toList(),
                        found.next().map(id -> page.after(id.toString())).orElse(""),
                        campaignReport.causes(campaign.get().id()).stream()
                                .map(CampaignReport.Cause::category)
                                .toList());
        return screenContext.html("recipients", page, model);
    }

    /** In the order in which the columns of campaigns stand. */
    private static List<Figures.Slice> slices(Figures figures) {
        return figures.now().stream()
                .sorted(
                        Comparator.comparingInt(
                                slice -> StatusExplanation.COLUMNS.indexOf(slice.status())))
                .toList();
    }

    private static Optional<RecipientId> cursor(PageRequest page) {
        return page.query().first("after").flatMap(RecipientReport::parse);
    }

    private Line line(MessageRecipient recipient, PageRequest page) {
        boolean suppressed =
                recipient
                        .contact()
                        .flatMap(c -> screenContext.views().suppressions().find(c.address().key()))
                        .map(row -> !row.holding(page.now()).isEmpty())
                        .orElse(false);
        return new Line(
                recipient.id(),
                recipient.contact().map(Contact::id),
                RecipientReport.address(recipient),
                recipient.state(),
                suppressed);
    }

    private Response csv(PageRequest page, CampaignLine campaign, RecipientReport.Filter filter) {
        return Csv.download(
                "contacts",
                csv -> {
                    csv.row(
                            List.of(
                                    page.say("contact.address"),
                                    page.say("contact.status"),
                                    page.say("contact.reason"),
                                    page.say("contact.since"),
                                    page.say("contact.reply"),
                                    page.say("contact.badges"),
                                    page.say("contact.message")));
                    RecipientReport recipientReport = report();
                    Optional<RecipientId> after = Optional.empty();
                    do {
                        RecipientReport.Page found =
                                recipientReport.page(campaign.id(), filter, after, CSV_PAGE);
                        for (MessageRecipient recipient : found.recipients()) {
                            csv.row(cells(page, recipient));
                        }
                        after = found.next();
                    } while (after.isPresent());
                });
    }

    private static List<String> cells(PageRequest page, MessageRecipient recipient) {
        RecipientState state = recipient.state();
        return List.of(
                RecipientReport.address(recipient),
                page.status(state.status(page.robots())),
                StatusExplanation.reason(page, state),
                StatusExplanation.since(state, page.robots()).toString(),
                Escaped.line(state.reply()),
                String.join(
                        ", ",
                        StatusExplanation.badges(page, state).stream()
                                .map(b -> b.label())
                                .toList()),
                recipient.id().toString());
    }

    /** A number of a form. */
    static Optional<Integer> number(String text) {
        boolean digits =
                !text.isEmpty()
                        && text.length() < 10
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    /** Badges to choose from. */
    public static List<String> badgeKeys() {
        return Arrays.stream(RecipientState.Badge.values())
                .map(badge -> badge.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
