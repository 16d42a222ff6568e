package facteur.admin.screen;

import facteur.admin.fastcsv.Csv;
import facteur.admin.fastcsv.CsvFile;
import facteur.admin.order.SuppressionRows;
import facteur.admin.web.Query;
import facteur.admin.web.Response;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.address.AddressParser;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.suppression.Suppression;
import facteur.store.query.Contact;
import facteur.store.query.ImportProgress;
import facteur.store.query.SuppressedAddress;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whom we do not send to, and why. */
public final class SuppressionsScreen {
    private static final int PAGE = 50;
    private static final int CSV_PAGE = 1000;
    private static final int STEP = 250;

    /** Rows looked at for one page; where few fit, they come in several pages. */
    private static final int LOOKED_AT = 5_000;

    private static final int IMPORTS = 5;

    /** Addresses taken from one form; a longer list comes through the API in parts. */
    private static final int MOST = 10_000;

    private final ScreenContext screenContext;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    public SuppressionsScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param next link to the next page, or empty
     * @param imports the latest, also those under way
     * @param done how many addresses a form just changed, -1 when none did
     * @param refused what in that form was no address, the first few
     */
    public record Model(
            String search,
            boolean lifted,
            List<Line> lines,
            String next,
            List<ImportProgress> imports,
            int done,
            List<String> refused) {}

    /**
     * One address.
     *
     * @param holding refusals that stand; empty: lifted or run out
     */
    public record Line(
            String address,
            Optional<Long> contact,
            List<Suppression> holding,
            List<Suppression> entries) {
        /** The refusals to show: those that stand, or else the last there were. */
        public List<Suppression> shown() {
            return holding.isEmpty() ? entries : holding;
        }
    }

    public Response show(PageRequest page) throws IOException {
        String search = page.query().first("q").orElse("");
        boolean lifted = page.query().has("lifted", "1");
        if (page.query().has("format", "csv")) {
            screenContext.exported(page);
            return csv(page, search, lifted);
        }
        return list(page, search, lifted, -1, List.of());
    }

    private Response list(
            PageRequest page, String search, boolean lifted, int done, List<String> refused) {
        Optional<AddressKey> last = page.query().first("after").map(AddressKey::new);
        List<Line> lines = new ArrayList<>();
        int looked = 0;
        boolean more = true;
        while (more && lines.size() < PAGE && looked < LOOKED_AT) {
            List<SuppressedAddress> rows =
                    screenContext.views().suppressions().page(search, last, STEP);
            more = rows.size() == STEP;
            looked += rows.size();
            for (SuppressedAddress row : rows) {
                if (lines.size() == PAGE) {
                    more = true; // this one stands on the next page
                    break;
                }
                last = Optional.of(row.key());
                line(page, row, lifted).ifPresent(lines::add);
            }
        }
        String next = more ? page.after(last.orElseThrow().value()) : "";
        return screenContext.html(
                "suppressions",
                page,
                new Model(
                        search,
                        lifted,
                        lines,
                        next,
                        screenContext.views().suppressions().imports(IMPORTS),
                        done,
                        refused));
    }

    private Optional<Line> line(PageRequest page, SuppressedAddress row, boolean lifted) {
        List<Suppression> holding = row.holding(page.now());
        return holding.isEmpty() == lifted
                ? Optional.of(
                        new Line(
                                row.address(),
                                screenContext.views().contacts().find(row.key()).map(Contact::id),
                                holding,
                                row.standing().entries()))
                : Optional.empty();
    }

    private Response csv(PageRequest page, String search, boolean lifted) {
        return Csv.download(
                "suppressions",
                csv -> {
                    List<String> heading = new ArrayList<>(SuppressionRows.COLUMNS);
                    heading.add("who");
                    csv.row(heading);
                    Optional<AddressKey> after = Optional.empty();
                    List<SuppressedAddress> rows;
                    do {
                        rows = screenContext.views().suppressions().page(search, after, CSV_PAGE);
                        for (SuppressedAddress row : rows) {
                            after = Optional.of(row.key());
                            Optional<Line> line = line(page, row, lifted);
                            if (line.isPresent()) {
                                for (Suppression entry : line.get().shown()) {
                                    csv.row(cells(line.get().address(), entry));
                                }
                            }
                        }
                    } while (rows.size() == CSV_PAGE);
                });
    }

    /** In the words that an import understands, whatever language the page speaks. */
    private static List<String> cells(String address, Suppression entry) {
        return List.of(
                address,
                entry.cause().key(),
                entry.scope().key(),
                entry.since().toString(),
                entry.expires().map(Instant::toString).orElse(""),
                entry.why(),
                entry.who());
    }

    /** Adds or lifts the addresses of a form: {@code addresses} one a line, or {@code address}. */
    public Response act(PageRequest page) throws IOException {
        Query form = page.request().form();
        List<String> refused = new ArrayList<>();
        List<Address> taken = new ArrayList<>();
        for (String text : addresses(form)) {
            parser.address(text).ifPresentOrElse(taken::add, () -> refused.add(text));
        }
        var by = screenContext.by(page, form.first("why").orElse(""));
        if (form.has("action", "lift")) {
            screenContext.orders().lift(by, taken);
        } else {
            screenContext.orders().suppress(by, taken, scope(form), expires(form, page.now()));
        }
        if (!refused.isEmpty()) {
            List<String> few = refused.stream().limit(20).toList();
            return list(page, "", false, taken.size(), few).withStatus(422);
        }
        return Response.seeOther(
                ScreenContext.back(form.first("back").orElse(""), "/suppressions"));
    }

    /**
     * Addresses of a form: those that were ticked stand as they are; pasted ones are lines, or a
     * file as {@link #csv} writes it.
     */
    private List<String> addresses(Query form) throws IOException {
        List<String> all = new ArrayList<>(form.all("address"));
        for (String pasted : form.all("addresses")) {
            List<String> lines = pasted.lines().toList();
            try {
                SuppressionRows.read(
                        new StringReader(pasted),
                        row -> all.add(pasted(line(lines, row.line()), row)));
            } catch (CsvFile.Endless e) {
                all.add(String.valueOf(e.getMessage()));
            }
        }
        return all.stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .distinct()
                .limit(MOST)
                .toList();
    }

    private static String line(List<String> lines, long number) {
        return number <= lines.size() ? lines.get(Math.toIntExact(number) - 1).strip() : "";
    }

    /** A whole line that is an address is one, though its quotes would mean something in a file. */
    private String pasted(String line, SuppressionRows.Row row) {
        String cell = row.cells().getOrDefault("address", "");
        if (parser.address(line).isPresent()) {
            return line;
        }
        return parser.address(cell).isPresent() ? cell : cell.split("[,;\t]", 2)[0];
    }

    private static SuppressionScope scope(Query form) {
        return form.has("scope", "campaigns")
                ? new SuppressionScope.Campaigns()
                : new SuppressionScope.All();
    }

    private static Optional<Instant> expires(Query form, Instant now) {
        return form.first("days")
                .flatMap(RecipientsScreen::number)
                .filter(days -> days > 0)
                .map(days -> now.plus(Duration.ofDays(days)));
    }
}
