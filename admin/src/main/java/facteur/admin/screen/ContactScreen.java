package facteur.admin.screen;

import facteur.admin.report.ContactLookup;
import facteur.admin.report.RecipientReport;
import facteur.admin.web.Query;
import facteur.admin.web.Response;
import facteur.mail.address.AddressKey;
import facteur.mail.message.MailId;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.queue.WaitReason;
import facteur.mail.suppression.Suppression;
import facteur.mail.suppression.Suppressions;
import facteur.store.ContactErasure;
import facteur.store.query.Campaign;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Readership;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.Timeline;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One contact: all that was sent to it, and whether it may be sent to. */
public final class ContactScreen {
    private static final int PAGE = 50;

    /** Messages whose events make the timeline, and events of it. */
    private static final int TOLD_MESSAGES = 20;

    private static final int TOLD_EVENTS = 100;

    private final ScreenContext screenContext;

    public ContactScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param holding refusals that stand
     * @param over refusals that were lifted or ran out
     * @param reader what the reader allows; empty: nothing was said
     * @param told what happened, the latest first
     * @param next link to the next page, or empty
     * @param problem why the contact was not erased, or empty
     */
    public record Model(
            Contact contact,
            Optional<Readership> reader,
            List<Suppression> holding,
            List<Suppression> over,
            Instant lifted,
            List<Line> lines,
            List<Told> told,
            String next,
            String problem) {
        public String address() {
            return contact.address().toString();
        }

        /** Whether mail to the contact is tried, whatever else stands about it. */
        public boolean may() {
            return holding.stream().noneMatch(entry -> entry.cause().isAbsolute());
        }
    }

    /** One message to the contact. */
    public record Line(
            MessageRecipient recipient,
            String campaign,
            long campaignId,
            String subject,
            Optional<WaitReason> waits) {}

    /** One event, and the message it belongs to. */
    public record Told(Line line, TimelineEntry moment) {}

    private Optional<Contact> contact(PageRequest page) {
        return new ContactLookup(screenContext.views().contacts()).find(page.part("id"));
    }

    public Response show(PageRequest page) {
        return contact(page)
                .map(contact -> screenContext.html("contact", page, model(page, contact, "")))
                .orElseGet(() -> screenContext.missing(page));
    }

    /** Forgets the person, once the address was typed below: this cannot be undone. */
    public Response erase(PageRequest page) throws IOException {
        Optional<Contact> contact = contact(page);
        if (contact.isEmpty()) {
            return screenContext.missing(page);
        }
        AddressKey key = contact.get().address().key();
        Query form = page.request().form();
        String typed = form.first("confirm").orElse("").toLowerCase(Locale.ROOT);
        if (!typed.equals(key.value())) {
            return refused(page, contact.get(), page.say("contact.erase.mistyped"));
        }
        var by = screenContext.by(page, form.first("why").orElse(""));
        return switch (screenContext.orders().erase(by, key)) {
            case ContactErasure.Erasure.Recorded _, ContactErasure.Erasure.Unknown _ ->
                    Response.seeOther("/contacts?campaigns=id:0");
            case ContactErasure.Erasure.StillOwed(var owed) ->
                    refused(page, contact.get(), page.count("contact.erase.owed", owed.size()));
        };
    }

    private Response refused(PageRequest page, Contact contact, String problem) {
        return screenContext.html("contact", page, model(page, contact, problem)).withStatus(422);
    }

    private Model model(PageRequest page, Contact contact, String problem) {
        Optional<SuppressedAddress> row =
                screenContext.views().suppressions().find(contact.address().key());
        List<Suppression> holding = row.map(r -> r.holding(page.now())).orElse(List.of());
        Optional<RecipientId> before = page.query().first("after").flatMap(RecipientReport::parse);
        List<MessageRecipient> found =
                screenContext.views().contacts().messages(contact.id(), before, PAGE + 1);
        boolean more = found.size() > PAGE;
        List<MessageRecipient> shown = more ? found.subList(0, PAGE) : found;
        List<Line> lines = lines(shown);
        return new Model(
                contact,
                screenContext.views().contacts().readership(contact.id()),
                holding,
                row.map(SuppressedAddress::standing).orElse(Suppressions.NONE).entries().stream()
                        .filter(entry -> !holding.contains(entry))
                        .toList(),
                row.map(SuppressedAddress::standing).orElse(Suppressions.NONE).lifted(),
                lines,
                told(page, lines),
                more ? page.after(shown.getLast().id().toString()) : "",
                problem);
    }

    private List<Told> told(PageRequest page, List<Line> lines) {
        return lines.stream()
                .limit(TOLD_MESSAGES)
                .flatMap(line -> told(page, line))
                .sorted(Comparator.comparing((Told told) -> told.moment().at()).reversed())
                .limit(TOLD_EVENTS)
                .toList();
    }

    private Stream<Told> told(PageRequest page, Line line) {
        Timeline timeline =
                screenContext
                        .views()
                        .messages()
                        .timeline(line.recipient().id(), Optional.empty(), TOLD_EVENTS);
        return TimelineEntry.of(page, timeline).stream().map(moment -> new Told(line, moment));
    }

    private List<Line> lines(List<MessageRecipient> recipients) {
        Map<Long, String> names = new HashMap<>();
        Map<String, WaitReason> waits = screenContext.waits(owed(recipients));
        List<Line> lines = new ArrayList<>();
        for (MessageRecipient recipient : recipients) {
            long campaign = recipient.state().origin().map(o -> o.campaign()).orElse(0L);
            String name =
                    Numbers.isNone(campaign)
                            ? ""
                            : names.computeIfAbsent(
                                    campaign,
                                    id ->
                                            screenContext
                                                    .views()
                                                    .campaigns()
                                                    .find(id)
                                                    .map(Campaign::name)
                                                    .orElse(""));
            String subject =
                    screenContext
                            .views()
                            .messages()
                            .find(recipient.id().message())
                            .map(message -> message.accepted().facts().subject())
                            .orElse("");
            lines.add(
                    new Line(
                            recipient,
                            name,
                            campaign,
                            subject,
                            Optional.ofNullable(waits.get(recipient.id().toString()))));
        }
        return lines;
    }

    private static Set<MailId> owed(List<MessageRecipient> recipients) {
        return recipients.stream()
                .filter(recipient -> !recipient.state().delivery().state().isFinal())
                .map(recipient -> recipient.id().message())
                .collect(Collectors.toSet());
    }
}
