package facteur.admin.api;

import facteur.admin.report.ContactLookup;
import facteur.admin.report.RecipientReport;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.mail.address.AddressKey;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.RecipientId;
import facteur.store.ContactErasure;
import facteur.store.query.Contact;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person may ask for: to see what is known, and to be forgotten. */
final class PersonEndpoints {
    private final ScreenContext screenContext;

    PersonEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    record Dossier(
            Known contact,
            Optional<JsonShapes.SuppressionShape> suppression,
            List<Sent> messages,
            Optional<String> next) {}

    record Known(long id, String address, Instant firstSeen, Instant lastActivity) {}

    record Sent(
            JsonShapes.RecipientShape recipient,
            Optional<String> subject,
            Optional<String> sender,
            Map<String, String> metadata,
            List<Map<String, Object>> timeline,
            Optional<String> timelineNext) {}

    private Optional<AddressKey> address(ApiRequest apiRequest) {
        return new ContactLookup(screenContext.views().contacts()).key(apiRequest.part("id"));
    }

    Response dossier(ApiRequest apiRequest) throws IOException {
        Optional<ContactErasure.Dossier> dossier =
                address(apiRequest)
                        .flatMap(
                                key ->
                                        screenContext
                                                .store()
                                                .people()
                                                .dossier(
                                                        key,
                                                        apiRequest
                                                                .after()
                                                                .flatMap(RecipientReport::parse),
                                                        apiRequest.limit()));
        if (dossier.isEmpty()) {
            return ApiRequest.unknown("contact", apiRequest.part("id"));
        }
        // By number: the log outlives the person's wish to be forgotten.
        screenContext
                .orders()
                .note(
                        apiRequest.by(Map.of()),
                        "contact.export",
                        List.of(dossier.get().contact().id()));
        return ApiRequest.ok(shape(dossier.get(), apiRequest));
    }

    private static Dossier shape(ContactErasure.Dossier dossier, ApiRequest apiRequest) {
        Contact contact = dossier.contact();
        return new Dossier(
                new Known(
                        contact.id(),
                        contact.address().toString(),
                        contact.firstSeen(),
                        contact.lastActivity()),
                dossier.suppressions()
                        .map(s -> JsonShapes.SuppressionShape.of(s, apiRequest.now())),
                dossier.messages().stream().map(sent -> sent(sent, apiRequest)).toList(),
                dossier.next().map(RecipientId::toString));
    }

    private static Sent sent(ContactErasure.Sent sent, ApiRequest apiRequest) {
        Optional<MessageFacts> facts = sent.message().map(row -> row.accepted().facts());
        return new Sent(
                JsonShapes.RecipientShape.of(sent.recipient(), apiRequest.robots()),
                facts.map(MessageFacts::subject),
                facts.map(MessageFacts::sender),
                facts.map(MessageFacts::metadata).orElse(Map.of()),
                EventShape.of(sent.timeline()),
                sent.timeline().next());
    }

    Response erase(ApiRequest apiRequest) throws IOException {
        Optional<AddressKey> address = address(apiRequest);
        if (address.isEmpty()) {
            return ApiRequest.unknown("contact", apiRequest.part("id"));
        }
        return switch (screenContext
                .orders()
                .erase(apiRequest.by(apiRequest.body()), address.get())) {
            case ContactErasure.Erasure.Recorded _ -> Response.empty(204);
            case ContactErasure.Erasure.Unknown _ ->
                    ApiRequest.unknown("contact", apiRequest.part("id"));
            case ContactErasure.Erasure.StillOwed(var owed) ->
                    ApiRequest.problem(
                            409,
                            "Conflict",
                            owed.size()
                                    + " messages are still owed to this address, the first is "
                                    + owed.getFirst()
                                    + ": let them be sent, or cancel them, first");
        };
    }
}
