package facteur.admin.api;

import facteur.admin.report.Contacts;
import facteur.admin.report.Recipients;
import facteur.admin.screen.Desk;
import facteur.admin.web.Response;
import facteur.mail.address.AddressKey;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.RecipientId;
import facteur.store.ContactErasure;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person may ask for: to see what is known, and to be forgotten. */
final class PersonCalls {
    private final Desk desk;

    PersonCalls(Desk desk) {
        this.desk = desk;
    }

    record Dossier(
            Known contact,
            Optional<Shapes.SuppressionShape> suppression,
            List<Sent> messages,
            Optional<String> next) {}

    record Known(long id, String address, Instant firstSeen, Instant lastActivity) {}

    record Sent(
            Shapes.RecipientShape recipient,
            Optional<String> subject,
            Optional<String> sender,
            Map<String, String> metadata,
            List<Map<String, Object>> timeline,
            Optional<String> timelineNext) {}

    private Optional<AddressKey> address(Call call) {
        return new Contacts(desk.views()).key(call.part("id"));
    }

    Response dossier(Call call) throws IOException {
        Optional<ContactErasure.Dossier> dossier =
                address(call)
                        .flatMap(
                                key ->
                                        desk.store()
                                                .people()
                                                .dossier(
                                                        key,
                                                        call.after().flatMap(Recipients::parse),
                                                        call.limit()));
        if (dossier.isEmpty()) {
            return Call.unknown("contact", call.part("id"));
        }
        // By number: the log outlives the person's wish to be forgotten.
        desk.orders()
                .note(call.by(Map.of()), "contact.export", List.of(dossier.get().contact().id()));
        return Call.ok(shape(dossier.get(), call));
    }

    private static Dossier shape(ContactErasure.Dossier dossier, Call call) {
        var row = dossier.contact().row();
        return new Dossier(
                new Known(
                        dossier.contact().id(),
                        row.address().toString(),
                        row.firstSeen(),
                        row.lastActivity()),
                dossier.suppressions().map(s -> Shapes.SuppressionShape.of(s, call.now())),
                dossier.messages().stream().map(sent -> sent(sent, call)).toList(),
                dossier.next().map(RecipientId::toString));
    }

    private static Sent sent(ContactErasure.Sent sent, Call call) {
        Optional<MessageFacts> facts = sent.message().map(row -> row.accepted().facts());
        return new Sent(
                Shapes.RecipientShape.of(sent.recipient(), call.robots()),
                facts.map(MessageFacts::subject),
                facts.map(MessageFacts::sender),
                facts.map(MessageFacts::metadata).orElse(Map.of()),
                sent.timeline().events().stream().map(EventShape::of).toList(),
                sent.timeline().next());
    }

    Response erase(Call call) throws IOException {
        Optional<AddressKey> address = address(call);
        if (address.isEmpty()) {
            return Call.unknown("contact", call.part("id"));
        }
        return switch (desk.orders().erase(call.by(call.body()), address.get())) {
            case ContactErasure.Erasure.Recorded _ -> Response.empty(204);
            case ContactErasure.Erasure.Unknown _ -> Call.unknown("contact", call.part("id"));
            case ContactErasure.Erasure.StillOwed(var owed) ->
                    Call.problem(
                            409,
                            "Conflict",
                            owed.size()
                                    + " messages are still owed to this address, the first is "
                                    + owed.getFirst()
                                    + ": let them be sent, or cancel them, first");
        };
    }
}
