package facteur.admin.screen;

import facteur.admin.mime4j.MessagePreview;
import facteur.admin.report.RecipientReport;
import facteur.admin.web.Response;
import facteur.mail.message.Content;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Numbers;
import facteur.mail.message.RecipientId;
import facteur.mail.queue.WaitReason;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.Campaign;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Timeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One message to one recipient: what happened, and what it says. */
public final class MessageScreen {
    private static final int RECIPIENTS = 100;
    private static final int MOMENTS = 200;
    // Mail is made to be shown: it may style itself, and load nothing.
    private static final String PREVIEW =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
                    + " frame-ancestors 'self'";

    private final ScreenContext screenContext;

    public MessageScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param moments oldest first
     * @param next link to the next page of moments, or empty
     * @param shown empty: its bytes are no longer kept
     * @param others further recipients of the same message
     * @param waits why it has not been sent to yet, as the queue says
     */
    public record Model(
            AcceptedMessage message,
            MessageRecipient recipient,
            String campaign,
            List<TimelineEntry> moments,
            String next,
            Optional<MessagePreview> shown,
            List<MessageRecipient> others,
            Optional<WaitReason> waits) {
        public RecipientId id() {
            return recipient.id();
        }

        public MessageFacts facts() {
            return message.accepted().facts();
        }

        public String address() {
            return RecipientReport.address(recipient);
        }

        public boolean isOwed() {
            return !recipient.state().delivery().state().isFinal();
        }
    }

    /** {@code /messages/{id}.{index}}, or {@code /messages/{id}} for its first recipient. */
    public Response show(PageRequest page) throws IOException {
        Optional<RecipientId> id = recipient(page);
        Optional<AcceptedMessage> message =
                id.flatMap(known -> screenContext.views().messages().find(known.message()));
        Optional<MessageRecipient> recipient =
                id.flatMap(screenContext.views().messages()::recipient);
        if (message.isEmpty() || recipient.isEmpty()) {
            return screenContext.missing(page);
        }
        return screenContext.html("message", page, model(page, message.get(), recipient.get()));
    }

    private Model model(PageRequest page, AcceptedMessage message, MessageRecipient recipient) {
        Optional<String> after = page.query().first("after");
        List<TimelineEntry> moments = new ArrayList<>();
        if (after.isEmpty()) {
            moments.add(TimelineEntry.of(page, message.accepted()));
        }
        Timeline timeline =
                screenContext.views().messages().timeline(recipient.id(), after, MOMENTS);
        moments.addAll(TimelineEntry.of(page, timeline));
        return new Model(
                message,
                recipient,
                Numbers.isNone(message.campaign())
                        ? ""
                        : screenContext
                                .views()
                                .campaigns()
                                .find(message.campaign())
                                .map(Campaign::name)
                                .orElse(""),
                moments,
                timeline.next().map(page::after).orElse(""),
                screenContext.shown(message),
                screenContext
                        .views()
                        .messages()
                        .recipients(recipient.id().message(), 0, RECIPIENTS)
                        .stream()
                        .filter(other -> !other.id().equals(recipient.id()))
                        .toList(),
                waits(recipient));
    }

    private Optional<WaitReason> waits(MessageRecipient recipient) {
        return recipient.state().delivery().state().isFinal()
                ? Optional.empty()
                : Optional.ofNullable(
                        screenContext
                                .waits(Set.of(recipient.id().message()))
                                .get(recipient.id().toString()));
    }

    /** The stored bytes, for download. */
    public Response source(PageRequest page) throws IOException {
        Optional<RecipientId> id = recipient(page);
        Optional<Content> content =
                id.flatMap(known -> screenContext.views().messages().find(known.message()))
                        .flatMap(screenContext::content);
        if (content.isEmpty()) {
            return screenContext.missing(page);
        }
        return Response.stream(
                        "message/rfc822",
                        out -> {
                            try (InputStream in = content.get().open()) {
                                in.transferTo(out);
                            }
                        })
                .with(
                        "Content-Disposition",
                        "attachment; filename=\"" + id.orElseThrow().message() + ".eml\"");
    }

    /** The HTML part alone, for a frame that may do nothing. */
    public Response html(PageRequest page) throws IOException {
        Optional<String> html =
                recipient(page)
                        .flatMap(known -> screenContext.views().messages().find(known.message()))
                        .flatMap(screenContext::shown)
                        .flatMap(MessagePreview::html);
        if (html.isEmpty()) {
            return screenContext.missing(page);
        }
        return Response.of(
                        200,
                        "text/html; charset=utf-8",
                        html.get().getBytes(StandardCharsets.UTF_8))
                .with("Content-Security-Policy", PREVIEW)
                .with("X-Frame-Options", "SAMEORIGIN");
    }

    /** Retry or cancel, as a form asks. */
    public Response act(PageRequest page) throws IOException {
        Optional<RecipientId> id = recipient(page);
        if (id.isEmpty() || screenContext.views().messages().find(id.get().message()).isEmpty()) {
            return screenContext.missing(page);
        }
        MailId message = id.get().message();
        var form = page.request().form();
        var by = screenContext.by(page, form.first("why").orElse(""));
        if (form.has("action", "cancel")) {
            screenContext.orders().cancel(by, message);
        } else {
            screenContext.orders().retry(by, message);
        }
        return Response.seeOther("/messages/" + id.get());
    }

    static Optional<RecipientId> recipient(PageRequest page) {
        String text = page.part("id");
        return text.indexOf('.') < 0
                ? MailId.parse(text).map(id -> id.recipient(0))
                : RecipientReport.parse(text);
    }
}
