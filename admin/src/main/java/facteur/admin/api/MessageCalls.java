package facteur.admin.api;

import facteur.admin.report.Recipients;
import facteur.admin.screen.Desk;
import facteur.admin.web.Response;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.fold.MessageRow;
import facteur.store.journal.Journal;
import facteur.store.view.Views;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages and their recipients. */
final class MessageCalls {
    private final Desk desk;

    MessageCalls(Desk desk) {
        this.desk = desk;
    }

    Response list(Call call) {
        List<MessageRow> found =
                desk.views().messages(call.after().flatMap(MailId::parse), call.limit() + 1);
        boolean more = found.size() > call.limit();
        List<MessageRow> shown = more ? found.subList(0, call.limit()) : found;
        return Call.ok(
                new Call.Items(
                        shown.stream().map(Shapes.MessageShape::of).toList(),
                        more
                                ? Optional.of(shown.getLast().accepted().message().toString())
                                : Optional.empty()));
    }

    private Optional<MessageRow> find(Call call) {
        return MailId.parse(call.part("id")).flatMap(desk.views()::message);
    }

    private static Response missing(Call call) {
        return Call.missing("message " + call.part("id"));
    }

    Response one(Call call) {
        return find(call)
                .map(row -> Call.ok(Shapes.MessageShape.of(row)))
                .orElseGet(() -> missing(call));
    }

    Response recipients(Call call) {
        Optional<MessageRow> message = find(call);
        if (message.isEmpty()) {
            return missing(call);
        }
        int from = call.after().flatMap(Recipients::parse).map(id -> id.index() + 1).orElse(0);
        List<Views.Recipient> found =
                from > 0xffff
                        ? List.of()
                        : desk.views()
                                .recipients(
                                        message.get().accepted().message(), from, call.limit() + 1);
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

    /** A recipient with a page of what happened, oldest first. */
    record Told(
            Shapes.RecipientShape recipient,
            List<Map<String, Object>> timeline,
            Optional<String> next) {}

    Response recipient(Call call) {
        return Recipients.parse(call.part("id"))
                .flatMap(desk.views()::recipient)
                .map(found -> Call.ok(told(found, call)))
                .orElseGet(() -> Call.missing("recipient " + call.part("id")));
    }

    private Told told(Views.Recipient found, Call call) {
        Views.Timeline page = desk.views().timeline(found.id(), call.after(), call.limit());
        return new Told(
                Shapes.RecipientShape.of(found, call.robots()),
                page.events().stream().map(EventShape::of).toList(),
                page.next());
    }

    Response source(Call call) throws IOException {
        Optional<MessageRow> message = find(call);
        if (message.isEmpty()) {
            return missing(call);
        }
        Optional<Journal.StoredMessage> stored =
                desk.store().journal().message(message.get().position());
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
                        () -> Call.problem(410, "Gone", "the message's bytes are no longer kept"));
    }

    /** How many recipients an order reached. */
    record Reached(int recipients) {}

    Response retry(Call call) throws IOException {
        if (find(call).isEmpty()) {
            return missing(call);
        }
        MailId id = MailId.parse(call.part("id")).orElseThrow();
        return Call.ok(new Reached(desk.orders().retry(call.by(call.body()), id)));
    }

    Response cancel(Call call) throws IOException {
        if (find(call).isEmpty()) {
            return missing(call);
        }
        MailId id = MailId.parse(call.part("id")).orElseThrow();
        return Call.ok(new Reached(desk.orders().cancel(call.by(call.body()), id)));
    }
}
