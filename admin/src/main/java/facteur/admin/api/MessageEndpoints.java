package facteur.admin.api;

import facteur.admin.report.RecipientReport;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.mail.message.MailId;
import facteur.store.fold.MessageRow;
import facteur.store.journal.Journal;
import facteur.store.view.FoundRecipient;
import facteur.store.view.Timeline;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages and their recipients. */
final class MessageEndpoints {
    private final ScreenContext screenContext;

    MessageEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    Response list(ApiRequest apiRequest) {
        List<MessageRow> found =
                screenContext
                        .views()
                        .messages(
                                apiRequest.after().flatMap(MailId::parse), apiRequest.limit() + 1);
        return apiRequest.page(
                found,
                row -> row.accepted().message().toString(),
                rows -> rows.map(JsonShapes.MessageShape::of));
    }

    private Optional<MessageRow> find(ApiRequest apiRequest) {
        return MailId.parse(apiRequest.part("id")).flatMap(screenContext.views()::message);
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
        Optional<MessageRow> message = find(apiRequest);
        if (message.isEmpty()) {
            return missing(apiRequest);
        }
        int from =
                apiRequest
                        .after()
                        .flatMap(RecipientReport::parse)
                        .map(id -> id.index() + 1)
                        .orElse(0);
        List<FoundRecipient> found =
                from > 0xffff
                        ? List.of()
                        : screenContext
                                .views()
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
                .flatMap(screenContext.views()::recipient)
                .map(found -> ApiRequest.ok(told(found, apiRequest)))
                .orElseGet(() -> ApiRequest.missing("recipient " + apiRequest.part("id")));
    }

    private Told told(FoundRecipient found, ApiRequest apiRequest) {
        Timeline page =
                screenContext.views().timeline(found.id(), apiRequest.after(), apiRequest.limit());
        return new Told(
                JsonShapes.RecipientShape.of(found, apiRequest.robots()),
                EventShape.of(page),
                page.next());
    }

    Response source(ApiRequest apiRequest) throws IOException {
        Optional<MessageRow> message = find(apiRequest);
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
