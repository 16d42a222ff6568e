package facteur.admin.screen;

import facteur.admin.report.Recipients;
import facteur.admin.web.Response;
import facteur.mail.message.RecipientId;
import facteur.store.fold.Suppression;
import facteur.store.fold.SuppressionRow;
import facteur.store.view.Views;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One contact: all that was sent to him, and whether he may be sent to. */
public final class ContactScreen implements Screen {
    private static final int PAGE = 50;

    private final Desk desk;

    public ContactScreen(Desk desk) {
        this.desk = desk;
    }

    /**
     * @param holding refusals that stand
     * @param over refusals that were lifted or ran out
     * @param next link to the next page, or empty
     */
    public record Model(
            Views.Contact contact,
            List<Suppression> holding,
            List<Suppression> over,
            Instant lifted,
            List<Line> lines,
            String next) {
        public String address() {
            return contact.row().address().toString();
        }
    }

    /** One message to the contact. */
    public record Line(
            Views.Recipient recipient, String campaign, int campaignId, String subject) {}

    @Override
    public Response show(Page page) {
        Optional<Views.Contact> contact =
                RecipientsScreen.number(page.part("id")).flatMap(id -> desk.views().contact(id));
        if (contact.isEmpty()) {
            return desk.missing(page);
        }
        return desk.html("contact", page, model(page, contact.get()));
    }

    private Model model(Page page, Views.Contact contact) {
        Optional<SuppressionRow> row = desk.views().suppression(contact.row().address().key());
        List<Suppression> holding = row.map(r -> r.holding(page.now())).orElse(List.of());
        Optional<RecipientId> before = page.query().first("after").flatMap(Recipients::parse);
        List<Views.Recipient> found = desk.views().contactMessages(contact.id(), before, PAGE + 1);
        boolean more = found.size() > PAGE;
        List<Views.Recipient> shown = more ? found.subList(0, PAGE) : found;
        return new Model(
                contact,
                holding,
                row.map(SuppressionRow::entries).orElse(List.of()).stream()
                        .filter(entry -> !holding.contains(entry))
                        .toList(),
                row.map(SuppressionRow::lifted).orElse(Instant.EPOCH),
                lines(shown),
                more ? page.after(shown.getLast().id().toString()) : "");
    }

    private List<Line> lines(List<Views.Recipient> recipients) {
        Map<Integer, String> names = new HashMap<>();
        List<Line> lines = new ArrayList<>();
        for (Views.Recipient recipient : recipients) {
            int campaign = recipient.row().origin().map(o -> o.campaign()).orElse(0);
            String name =
                    campaign == 0
                            ? ""
                            : names.computeIfAbsent(
                                    campaign,
                                    id ->
                                            desk.views()
                                                    .campaign(id)
                                                    .map(c -> c.row().name())
                                                    .orElse(""));
            String subject =
                    desk.views()
                            .message(recipient.id().message())
                            .map(message -> message.accepted().facts().subject())
                            .orElse("");
            lines.add(new Line(recipient, name, campaign, subject));
        }
        return lines;
    }
}
