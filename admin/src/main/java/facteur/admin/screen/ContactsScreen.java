package facteur.admin.screen;

import facteur.admin.fastcsv.Csv;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.ContactMatrix;
import facteur.admin.web.Query;
import facteur.admin.web.Response;
import facteur.mail.status.Status;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** All contacts, with a column of statuses for each chosen campaign. */
public final class ContactsScreen implements Screen {
    private static final int PAGE = 50;
    private static final int CSV_PAGE = 1000;

    /** The cookie that remembers the columns. */
    private static final String COLUMNS = "facteur-columns";

    /** Mail without a campaign has no column. */
    private static final String NO_COLUMN = "id:0";

    private static final int YEAR_SECONDS = 31_536_000;

    private final ScreenContext screenContext;

    public ContactsScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param columns chosen campaigns, in order
     * @param choices every campaign, the newest first
     * @param next link to the next page, or empty
     */
    public record Model(
            ContactMatrix.Filter filter,
            List<CampaignLine> columns,
            List<CampaignLine> choices,
            List<ContactMatrix.Line> lines,
            String next) {
        public boolean isChosen(CampaignLine line) {
            return filter.campaigns().contains(line.id());
        }

        /** What is asked of a column, as it stands in the query. */
        public String wish(PageRequest page, CampaignLine column) {
            return page.query().first("in.id:" + column.id()).orElse("");
        }

        /** What can be asked of a column: key and label. */
        public List<List<String>> wishes(PageRequest page) {
            List<List<String>> wishes = new ArrayList<>();
            wishes.add(List.of("", page.say("matrix.any")));
            for (Status status : StatusExplanation.COLUMNS) {
                wishes.add(List.of(status.key(), page.status(status)));
            }
            for (Status status : StatusExplanation.COLUMNS) {
                wishes.add(
                        List.of("!" + status.key(), page.say("matrix.not", page.status(status))));
            }
            wishes.add(List.of("none", page.say("matrix.none")));
            wishes.add(List.of("!none", page.say("matrix.sent_any")));
            return wishes;
        }

        public boolean isSorted(CampaignLine column) {
            return filter.sort().filter(id -> id == column.id()).isPresent();
        }

        /** This page sorted by a column, or by address again. */
        public String sorted(PageRequest page, CampaignLine column) {
            return page.with("sort", isSorted(column) ? "" : "id:" + column.id());
        }

        /** This page without a column. */
        public String without(PageRequest page, CampaignLine column) {
            List<String> rest =
                    filter.campaigns().stream()
                            .filter(id -> id != column.id())
                            .map(id -> "id:" + id)
                            .toList();
            Query query = page.query().without("after").without("in.id:" + column.id());
            if (isSorted(column)) {
                query = query.without("sort");
            }
            return page.request().path()
                    + query.with("campaigns", rest.isEmpty() ? NO_COLUMN : String.join(",", rest))
                            .behind();
        }
    }

    @Override
    public Response show(PageRequest page) throws IOException {
        Optional<String> remembered = page.request().cookie(COLUMNS);
        if (page.query().first("campaigns").isEmpty() && remembered.isPresent()) {
            return recall(page, remembered.get());
        }
        CampaignReport campaignReport = new CampaignReport(screenContext.views().campaigns());
        List<CampaignLine> all = campaignReport.all(page.robots());
        ContactMatrix.Filter filter =
                known(
                        ContactMatrix.Filter.of(page.query(), screenContext.views().campaigns()),
                        all);
        if (page.query().has("format", "csv")) {
            screenContext.exported(page);
            return csv(page, filter, all);
        }
        ContactMatrix.Page found =
                new ContactMatrix(screenContext.views())
                        .page(filter, page.query().first("after"), PAGE);
        Model model =
                new Model(
                        filter,
                        columns(filter, all),
                        all,
                        found.lines(),
                        found.next().map(page::after).orElse(""));
        Response response = screenContext.html("contacts", page, model);
        return page.query().first("campaigns").isPresent()
                ? remember(page, response, filter)
                : response;
    }

    private static Response recall(PageRequest page, String columns) {
        boolean plain =
                !columns.isEmpty()
                        && columns.length() < 400
                        && columns.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        return Response.seeOther(
                page.request().path()
                        + page.query()
                                .with(
                                        "campaigns",
                                        plain ? "id:" + columns.replace("-", ",id:") : NO_COLUMN)
                                .behind());
    }

    // Commas are not allowed in a cookie (RFC 6265 4.1.1).
    private static Response remember(
            PageRequest page, Response response, ContactMatrix.Filter filter) {
        String value = String.join("-", filter.campaigns().stream().map(String::valueOf).toList());
        return response.with(
                "Set-Cookie",
                COLUMNS
                        + "="
                        + value
                        + "; Path=/contacts; HttpOnly; SameSite=Lax; Max-Age="
                        + (value.isEmpty() ? 0 : YEAR_SECONDS)
                        + (page.request().isSecure() ? "; Secure" : ""));
    }

    private static ContactMatrix.Filter known(ContactMatrix.Filter filter, List<CampaignLine> all) {
        List<Long> ids = all.stream().map(CampaignLine::id).toList();
        return new ContactMatrix.Filter(
                filter.prefix(),
                filter.campaigns().stream().filter(ids::contains).toList(),
                filter.wishes().stream().filter(w -> ids.contains(w.campaign())).toList(),
                filter.sort().filter(ids::contains),
                filter.robots());
    }

    private static List<CampaignLine> columns(ContactMatrix.Filter filter, List<CampaignLine> all) {
        return filter.campaigns().stream()
                .flatMap(id -> all.stream().filter(line -> line.id() == id))
                .toList();
    }

    private Response csv(PageRequest page, ContactMatrix.Filter filter, List<CampaignLine> all) {
        return Csv.download(
                "contacts",
                csv -> {
                    List<String> heading =
                            new ArrayList<>(
                                    List.of(
                                            page.say("contact.address"),
                                            page.say("contact.activity"),
                                            page.say("contact.suppressed"),
                                            page.say("contact.messages")));
                    columns(filter, all).forEach(column -> heading.add(column.name()));
                    csv.row(heading);
                    ContactMatrix contactMatrix = new ContactMatrix(screenContext.views());
                    Optional<String> after = Optional.empty();
                    do {
                        ContactMatrix.Page found = contactMatrix.page(filter, after, CSV_PAGE);
                        for (ContactMatrix.Line line : found.lines()) {
                            csv.row(cells(page, line));
                        }
                        after = found.next();
                    } while (after.isPresent());
                });
    }

    private static List<String> cells(PageRequest page, ContactMatrix.Line line) {
        List<String> cells = new ArrayList<>();
        cells.add(line.contact().address().toString());
        cells.add(line.contact().lastActivity().toString());
        cells.add(suppressed(page, line));
        cells.add(Long.toString(line.contact().messages()));
        line.cells().forEach(cell -> cells.add(cell.map(page::status).orElse("")));
        return cells;
    }

    /** Why a contact is not sent to, or empty. */
    public static String suppressed(PageRequest page, ContactMatrix.Line line) {
        return line.suppression().stream()
                .flatMap(row -> row.holding(page.now()).stream())
                .map(entry -> StatusExplanation.suppression(page, entry))
                .distinct()
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }

    /** All statuses, for lists to choose from. */
    public static List<Status> statuses() {
        return Arrays.asList(Status.values());
    }
}
