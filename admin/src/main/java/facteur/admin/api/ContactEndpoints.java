package facteur.admin.api;

import facteur.admin.report.ContactLookup;
import facteur.admin.report.ContactMatrix;
import facteur.admin.report.RecipientReport;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.address.AddressParser;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.status.Status;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.SuppressedAddress;

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
final class ContactEndpoints {
    private static final int MOST = 10_000;

    private final ScreenContext screenContext;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    ContactEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    Response list(ApiRequest apiRequest) {
        ContactMatrix.Filter filter =
                ContactMatrix.Filter.of(apiRequest.query(), screenContext.views().campaigns());
        Optional<String> stray =
                ContactMatrix.Filter.stray(apiRequest.query(), screenContext.views().campaigns());
        if (stray.isPresent()) {
            return ApiRequest.problem(
                    400,
                    "Bad request",
                    "campaigns: "
                            + stray.get()
                            + " is none of them, and something is asked of its column");
        }
        ContactMatrix.Page page =
                new ContactMatrix(screenContext.views())
                        .page(filter, apiRequest.after(), apiRequest.limit());
        return ApiRequest.ok(
                new ApiRequest.Items(
                        page.lines().stream()
                                .map(line -> shape(apiRequest, filter.campaigns(), line))
                                .toList(),
                        page.next()));
    }

    private static JsonShapes.ContactShape shape(
            ApiRequest apiRequest, List<Long> campaigns, ContactMatrix.Line line) {
        Map<String, Optional<String>> cells = new LinkedHashMap<>();
        for (int i = 0; i < campaigns.size(); i++) {
            cells.put(campaigns.get(i).toString(), line.cells().get(i).map(Status::key));
        }
        return shape(
                line.contact(),
                line.suppression()
                        .filter(row -> !row.holding(apiRequest.now()).isEmpty())
                        .isPresent(),
                cells);
    }

    private static JsonShapes.ContactShape shape(
            Contact contact, boolean suppressed, Map<String, Optional<String>> cells) {
        return new JsonShapes.ContactShape(
                contact.id(),
                contact.address().toString(),
                contact.firstSeen(),
                contact.lastActivity(),
                contact.messages(),
                suppressed,
                cells);
    }

    private Optional<Contact> find(ApiRequest apiRequest) {
        return new ContactLookup(screenContext.views().contacts()).find(apiRequest.part("id"));
    }

    Response one(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(
                        contact ->
                                ApiRequest.ok(
                                        shape(
                                                contact,
                                                screenContext
                                                        .views()
                                                        .suppressions()
                                                        .find(contact.address().key())
                                                        .filter(
                                                                row ->
                                                                        !row.holding(
                                                                                        apiRequest
                                                                                                .now())
                                                                                .isEmpty())
                                                        .isPresent(),
                                                Map.of())))
                .orElseGet(() -> ApiRequest.unknown("contact", apiRequest.part("id")));
    }

    Response messages(ApiRequest apiRequest) {
        Optional<Contact> contact = find(apiRequest);
        if (contact.isEmpty()) {
            return ApiRequest.unknown("contact", apiRequest.part("id"));
        }
        List<MessageRecipient> found =
                screenContext
                        .views()
                        .contacts()
                        .messages(
                                contact.get().id(),
                                apiRequest.after().flatMap(RecipientReport::parse),
                                apiRequest.limit() + 1);
        return apiRequest.page(
                found,
                row -> row.id().toString(),
                rows -> rows.map(row -> JsonShapes.RecipientShape.of(row, apiRequest.robots())));
    }

    Response suppressions(ApiRequest apiRequest) {
        boolean all = apiRequest.query().isOn("lifted");
        String prefix = apiRequest.query().first("q").orElse("");
        List<SuppressedAddress> found =
                screenContext
                        .views()
                        .suppressions()
                        .page(
                                prefix,
                                apiRequest.after().map(AddressKey::new),
                                apiRequest.limit() + 1);
        return apiRequest.page(
                found,
                row -> row.key().value(),
                rows ->
                        rows.map(row -> JsonShapes.SuppressionShape.of(row, apiRequest.now()))
                                .filter(shape -> all || shape.holding()));
    }

    Response suppression(ApiRequest apiRequest) {
        return parser.address(apiRequest.part("address"))
                .flatMap(address -> screenContext.views().suppressions().find(address.key()))
                .map(row -> ApiRequest.ok(JsonShapes.SuppressionShape.of(row, apiRequest.now())))
                .orElseGet(
                        () -> ApiRequest.missing("suppression of " + apiRequest.part("address")));
    }

    /** What became of a list of addresses. */
    record Taken(int taken, List<String> refused) {}

    /** {@code {"addresses": [...], "scope": "all", "expires": "...", "why": "..."}}. */
    Response suppress(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        List<String> texts = new ArrayList<>();
        if (body.get("addresses") instanceof List<?> list) {
            list.forEach(text -> texts.add(String.valueOf(text)));
        }
        if (!ApiRequest.text(body, "address").isEmpty()) {
            texts.add(ApiRequest.text(body, "address"));
        }
        if (texts.isEmpty() || texts.size() > MOST) {
            return ApiRequest.problem(
                    422, "Unprocessable content", "addresses: a list of 1 to " + MOST);
        }
        if (!isScope(ApiRequest.text(body, "scope"))) {
            return ApiRequest.problem(
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
                    Optional.of(ApiRequest.text(body, "expires"))
                            .filter(text -> !text.isEmpty())
                            .map(Instant::parse);
            screenContext
                    .orders()
                    .suppress(
                            apiRequest.by(body),
                            taken,
                            scope(ApiRequest.text(body, "scope")),
                            expires);
        } catch (DateTimeParseException e) {
            return ApiRequest.problem(
                    422,
                    "Unprocessable content",
                    "expires: a time such as 2027-01-31T00:00:00Z, not " + e.getParsedString());
        }
        return ApiRequest.ok(new Taken(taken.size(), refused));
    }

    static boolean isScope(String text) {
        return text.toLowerCase(Locale.ROOT).matches("|all|campaigns|credential:.+");
    }

    static SuppressionScope scope(String text) {
        if (text.startsWith("credential:")) {
            return new SuppressionScope.Credential(text.substring("credential:".length()));
        }
        return text.toLowerCase(Locale.ROOT).equals("campaigns")
                ? new SuppressionScope.Campaigns()
                : new SuppressionScope.All();
    }

    Response lift(ApiRequest apiRequest) throws IOException {
        Optional<Address> address = parser.address(apiRequest.part("address"));
        if (address.flatMap(a -> screenContext.views().suppressions().find(a.key())).isEmpty()) {
            return ApiRequest.missing("suppression of " + apiRequest.part("address"));
        }
        Map<String, Object> why = Map.of("why", apiRequest.query().first("why").orElse(""));
        screenContext.orders().lift(apiRequest.by(why), List.of(address.orElseThrow()));
        return Response.empty(204);
    }
}
