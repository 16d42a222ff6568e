package facteur.admin.api;

import facteur.admin.report.Contacts;
import facteur.admin.report.Matrix;
import facteur.admin.report.Recipients;
import facteur.admin.screen.Desk;
import facteur.admin.web.Response;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.address.AddressParser;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.status.Status;
import facteur.store.view.Views;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Contacts, and whom we do not send to. */
final class ContactCalls {
    private static final int MOST = 10_000;

    private final Desk desk;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    ContactCalls(Desk desk) {
        this.desk = desk;
    }

    Response list(Call call) {
        Matrix.Filter filter = Matrix.Filter.of(call.query(), desk.views());
        Optional<String> stray = Matrix.Filter.stray(call.query(), desk.views());
        if (stray.isPresent()) {
            return Call.problem(
                    400,
                    "Bad request",
                    "campaigns: "
                            + stray.get()
                            + " is none of them, and something is asked of its column");
        }
        Matrix.Page page = new Matrix(desk.views()).page(filter, call.after(), call.limit());
        return Call.ok(
                new Call.Items(
                        page.lines().stream()
                                .map(line -> shape(call, filter.campaigns(), line))
                                .toList(),
                        page.next()));
    }

    private static Shapes.ContactShape shape(Call call, List<Long> campaigns, Matrix.Line line) {
        Map<String, Optional<String>> cells = new LinkedHashMap<>();
        for (int i = 0; i < campaigns.size(); i++) {
            cells.put(campaigns.get(i).toString(), line.cells().get(i).map(Status::key));
        }
        return shape(
                line.contact(),
                line.suppression().filter(row -> !row.holding(call.now()).isEmpty()).isPresent(),
                cells);
    }

    private static Shapes.ContactShape shape(
            Views.Contact contact, boolean suppressed, Map<String, Optional<String>> cells) {
        var row = contact.row();
        return new Shapes.ContactShape(
                contact.id(),
                row.address().toString(),
                row.firstSeen(),
                row.lastActivity(),
                row.messages(),
                suppressed,
                cells);
    }

    private Optional<Views.Contact> find(Call call) {
        return new Contacts(desk.views()).find(call.part("id"));
    }

    Response one(Call call) {
        return find(call)
                .map(
                        contact ->
                                Call.ok(
                                        shape(
                                                contact,
                                                desk.views()
                                                        .suppression(contact.row().address().key())
                                                        .filter(
                                                                row ->
                                                                        !row.holding(call.now())
                                                                                .isEmpty())
                                                        .isPresent(),
                                                Map.of())))
                .orElseGet(() -> Call.unknown("contact", call.part("id")));
    }

    Response messages(Call call) {
        Optional<Views.Contact> contact = find(call);
        if (contact.isEmpty()) {
            return Call.unknown("contact", call.part("id"));
        }
        List<Views.Recipient> found =
                desk.views()
                        .contactMessages(
                                contact.get().id(),
                                call.after().flatMap(Recipients::parse),
                                call.limit() + 1);
        boolean more = found.size() > call.limit();
        List<Views.Recipient> shown = more ? found.subList(0, call.limit()) : found;
        return Call.ok(
                new Call.Items(
                        shown.stream()
                                .map(r -> Shapes.RecipientShape.of(r, call.robots()))
                                .toList(),
                        more
                                ? Optional.of(shown.getLast().id()).map(RecipientId::toString)
                                : Optional.empty()));
    }

    Response suppressions(Call call) {
        String prefix = call.query().first("q").orElse("");
        List<Views.Suppressed> found =
                desk.views()
                        .suppressions(prefix, call.after().map(AddressKey::new), call.limit() + 1);
        boolean more = found.size() > call.limit();
        List<Views.Suppressed> shown = more ? found.subList(0, call.limit()) : found;
        boolean all = call.query().isOn("lifted");
        return Call.ok(
                new Call.Items(
                        shown.stream()
                                .map(row -> Shapes.SuppressionShape.of(row.row(), call.now()))
                                .filter(shape -> all || shape.holding())
                                .toList(),
                        more ? Optional.of(shown.getLast().key().value()) : Optional.empty()));
    }

    Response suppression(Call call) {
        return parser.address(call.part("address"))
                .flatMap(address -> desk.views().suppression(address.key()))
                .map(row -> Call.ok(Shapes.SuppressionShape.of(row, call.now())))
                .orElseGet(() -> Call.missing("suppression of " + call.part("address")));
    }

    /** What became of a list of addresses. */
    record Taken(int taken, List<String> refused) {}

    /** {@code {"addresses": [...], "scope": "all", "expires": "...", "why": "..."}}. */
    Response suppress(Call call) throws IOException {
        Map<String, Object> body = call.body();
        List<String> texts = new ArrayList<>();
        if (body.get("addresses") instanceof List<?> list) {
            list.forEach(text -> texts.add(String.valueOf(text)));
        }
        if (!Call.text(body, "address").isEmpty()) {
            texts.add(Call.text(body, "address"));
        }
        if (texts.isEmpty() || texts.size() > MOST) {
            return Call.problem(422, "Unprocessable content", "addresses: a list of 1 to " + MOST);
        }
        if (!Call.text(body, "scope").matches("|all|campaigns|credential:.+")) {
            return Call.problem(
                    422, "Unprocessable content", "scope: all, campaigns, or credential:NAME");
        }
        List<Address> taken = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        texts.forEach(
                text ->
                        parser.address(text.strip())
                                .ifPresentOrElse(taken::add, () -> refused.add(text)));
        try {
            Optional<Instant> expires =
                    Optional.of(Call.text(body, "expires"))
                            .filter(text -> !text.isEmpty())
                            .map(Instant::parse);
            desk.orders().suppress(call.by(body), taken, scope(Call.text(body, "scope")), expires);
        } catch (DateTimeParseException e) {
            return Call.problem(
                    422,
                    "Unprocessable content",
                    "expires: a time such as 2027-01-31T00:00:00Z, not " + e.getParsedString());
        }
        return Call.ok(new Taken(taken.size(), refused));
    }

    static SuppressionScope scope(String text) {
        if (text.startsWith("credential:")) {
            return new SuppressionScope.Credential(text.substring("credential:".length()));
        }
        return text.toLowerCase(Locale.ROOT).equals("campaigns")
                ? new SuppressionScope.Campaigns()
                : new SuppressionScope.All();
    }

    Response lift(Call call) throws IOException {
        Optional<Address> address = parser.address(call.part("address"));
        if (address.flatMap(a -> desk.views().suppression(a.key())).isEmpty()) {
            return Call.missing("suppression of " + call.part("address"));
        }
        Map<String, Object> why = Map.of("why", call.query().first("why").orElse(""));
        desk.orders().lift(call.by(why), List.of(address.orElseThrow()));
        return Response.empty(204);
    }
}
