package facteur.admin.api;

import facteur.admin.parameter.Parameter;
import facteur.admin.report.CampaignLine;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.ContactLookup;
import facteur.admin.report.RecipientReport;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.mail.address.AddressKey;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Journal;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Queries;
import facteur.store.query.SearchCriteria;
import facteur.store.query.Timeline;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Messages and their recipients. */
final class MessageEndpoints {
    /** Pages of recipients that one page of messages looks at. */
    private static final int LOOKS = 20;

    private final ScreenContext screenContext;

    MessageEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /** All messages, or those for which every filter holds that is given. */
    Response list(ApiRequest apiRequest) {
        Optional<String> field = apiRequest.query().first("message_id");
        if (field.isPresent()) {
            return page(apiRequest, ofField(field.get(), apiRequest), Optional.empty());
        }
        if (Stream.of("recipient", "campaign", "since", "before")
                .anyMatch(name -> apiRequest.query().first(name).isPresent())) {
            return searched(apiRequest);
        }
        List<AcceptedMessage> found =
                screenContext
                        .views()
                        .messages()
                        .page(apiRequest.after().flatMap(MailId::parse), apiRequest.limit() + 1);
        return apiRequest.page(
                found,
                row -> row.accepted().message().toString(),
                rows -> rows.map(JsonShapes.MessageShape::of));
    }

    private static Response page(
            ApiRequest apiRequest, Stream<AcceptedMessage> rows, Optional<MailId> next) {
        return ApiRequest.ok(
                new ApiRequest.Items(
                        rows.limit(apiRequest.limit()).map(JsonShapes.MessageShape::of).toList(),
                        next.map(MailId::toString)));
    }

    /** Few have the same Message-ID: what else is asked for is looked at message by message. */
    private Stream<AcceptedMessage> ofField(String field, ApiRequest apiRequest) {
        String written = field.startsWith("<") ? field : "<" + field + ">";
        Optional<AddressKey> recipient = apiRequest.query().first("recipient").flatMap(this::key);
        Optional<String> campaign =
                apiRequest
                        .query()
                        .first("campaign")
                        .flatMap(
                                called ->
                                        new CampaignReport(views().campaigns()).find(called, false))
                        .map(CampaignLine::name);
        Optional<Instant> since = moment(apiRequest, "since");
        Optional<Instant> before = moment(apiRequest, "before");
        return views().messages().withMessageId(written, ApiRequest.MOST).stream()
                .filter(row -> since.map(s -> !row.accepted().at().isBefore(s)).orElse(true))
                .filter(row -> before.map(b -> row.accepted().at().isBefore(b)).orElse(true))
                .filter(
                        row ->
                                campaign.map(row.accepted().facts().campaign().orElse("")::equals)
                                        .orElse(true))
                .filter(
                        row ->
                                apiRequest.query().first("recipient").isEmpty()
                                        || row.accepted().envelope().recipients().stream()
                                                .anyMatch(
                                                        each ->
                                                                recipient
                                                                        .map(
                                                                                each.address().key()
                                                                                        ::equals)
                                                                        .orElse(false)));
    }

    /** By the narrowest index, recipient by recipient: those of a message stand together. */
    private Response searched(ApiRequest apiRequest) {
        Optional<String> recipient = apiRequest.query().first("recipient");
        Optional<Long> contact =
                recipient
                        .flatMap(this::key)
                        .flatMap(views().contacts()::find)
                        .map(found -> found.id());
        if (recipient.isPresent() && contact.isEmpty()) {
            return page(apiRequest, Stream.of(), Optional.empty());
        }
        SearchCriteria criteria =
                new SearchCriteria(
                        contact,
                        apiRequest
                                .query()
                                .first("campaign")
                                .flatMap(
                                        called ->
                                                new CampaignReport(views().campaigns())
                                                        .find(called, false))
                                .map(CampaignLine::id),
                        Optional.empty(),
                        Set.of(),
                        false,
                        Optional.empty(),
                        moment(apiRequest, "since"),
                        moment(apiRequest, "before"));
        Set<MailId> found = new LinkedHashSet<>();
        Optional<RecipientId> from =
                apiRequest.after().flatMap(MailId::parse).map(id -> id.recipient(0));
        for (int looks = 0; looks < LOOKS && found.size() < apiRequest.limit(); looks++) {
            SearchCriteria.Page page =
                    views().messages().search(criteria, from, apiRequest.limit());
            page.recipients().forEach(each -> found.add(each.id().message()));
            // On behind the whole message: its other recipients tell nothing new.
            from = page.next().map(id -> id.message().recipient(0));
            if (from.isEmpty()) {
                break;
            }
        }
        return page(
                apiRequest,
                found.stream().flatMap(id -> views().messages().find(id).stream()),
                from.map(RecipientId::message));
    }

    private Queries views() {
        return screenContext.views();
    }

    private Optional<AddressKey> key(String called) {
        return new ContactLookup(views().contacts()).key(called);
    }

    private static Optional<Instant> moment(ApiRequest apiRequest, String name) {
        return apiRequest.query().first(name).flatMap(Parameter::moment);
    }

    private Optional<AcceptedMessage> find(ApiRequest apiRequest) {
        return MailId.parse(apiRequest.part("id")).flatMap(screenContext.views().messages()::find);
    }

    private static Response missing(ApiRequest apiRequest) {
        return ApiRequest.missing("message " + apiRequest.part("id"));
    }

    Response one(ApiRequest apiRequest) {
        return find(apiRequest)
                .map(row -> ApiRequest.ok(JsonShapes.MessageShape.of(row)))
                .orElseGet(() -> missing(apiRequest));
    }

    Response recipients(ApiRequest apiRequest) {
        Optional<AcceptedMessage> message = find(apiRequest);
        if (message.isEmpty()) {
            return missing(apiRequest);
        }
        int from =
                apiRequest
                        .after()
                        .flatMap(RecipientReport::parse)
                        .map(id -> id.index() + 1)
                        .orElse(0);
        List<MessageRecipient> found =
                from > 0xffff
                        ? List.of()
                        : screenContext
                                .views()
                                .messages()
                                .recipients(
                                        message.get().accepted().message(),
                                        from,
                                        apiRequest.limit() + 1);
        return apiRequest.page(
                found,
                row -> row.id().toString(),
                rows -> rows.map(row -> JsonShapes.RecipientShape.of(row, apiRequest.robots())));
    }

    /** A recipient with a page of what happened, oldest first. */
    record Told(
            JsonShapes.RecipientShape recipient,
            List<Map<String, Object>> timeline,
            Optional<String> next) {}

    Response recipient(ApiRequest apiRequest) {
        return RecipientReport.parse(apiRequest.part("id"))
                .flatMap(screenContext.views().messages()::recipient)
                .map(found -> ApiRequest.ok(told(found, apiRequest)))
                .orElseGet(() -> ApiRequest.missing("recipient " + apiRequest.part("id")));
    }

    private Told told(MessageRecipient found, ApiRequest apiRequest) {
        Timeline page =
                screenContext
                        .views()
                        .messages()
                        .timeline(found.id(), apiRequest.after(), apiRequest.limit());
        return new Told(
                JsonShapes.RecipientShape.of(found, apiRequest.robots()),
                EventShape.of(page),
                page.next());
    }

    Response source(ApiRequest apiRequest) throws IOException {
        Optional<AcceptedMessage> message = find(apiRequest);
        if (message.isEmpty()) {
            return missing(apiRequest);
        }
        Optional<Journal.StoredMessage> stored =
                screenContext.store().journal().message(message.get().position());
        return stored.map(
                        kept ->
                                Response.stream(
                                        "message/rfc822",
                                        out -> {
                                            try (InputStream in = kept.content().open()) {
                                                in.transferTo(out);
                                            }
                                        }))
                .orElseGet(
                        () ->
                                ApiRequest.problem(
                                        410, "Gone", "the message's bytes are no longer kept"));
    }

    /** How many recipients an order reached. */
    record Reached(int recipients) {}

    Response retry(ApiRequest apiRequest) throws IOException {
        if (find(apiRequest).isEmpty()) {
            return missing(apiRequest);
        }
        MailId id = MailId.parse(apiRequest.part("id")).orElseThrow();
        return ApiRequest.ok(
                new Reached(screenContext.orders().retry(apiRequest.by(apiRequest.body()), id)));
    }

    Response cancel(ApiRequest apiRequest) throws IOException {
        if (find(apiRequest).isEmpty()) {
            return missing(apiRequest);
        }
        MailId id = MailId.parse(apiRequest.part("id")).orElseThrow();
        return ApiRequest.ok(
                new Reached(screenContext.orders().cancel(apiRequest.by(apiRequest.body()), id)));
    }
}
