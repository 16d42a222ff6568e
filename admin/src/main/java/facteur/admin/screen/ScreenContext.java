package facteur.admin.screen;

import facteur.admin.access.AccessBook;
import facteur.admin.access.AuditLog;
import facteur.admin.access.Authenticator;
import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.EffectiveSettings;
import facteur.admin.control.KeyBook;
import facteur.admin.control.LiveTraces;
import facteur.admin.control.QueueControl;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleTester;
import facteur.admin.control.SetupCheck;
import facteur.admin.jte.Templates;
import facteur.admin.mime4j.MessagePreview;
import facteur.admin.order.OperatorActions;
import facteur.admin.web.Response;
import facteur.mail.message.Content;
import facteur.mail.message.MailId;
import facteur.mail.queue.WaitReason;
import facteur.store.Store;
import facteur.store.journal.Journal;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.Queries;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What screens work with. */
public record ScreenContext(
        EffectiveSettings inForce,
        Store store,
        QueueControl queue,
        CredentialBook credentials,
        KeyBook keys,
        RuleTester rules,
        SetupCheck checks,
        LiveTraces traces,
        Reload reload,
        Alerts alerts,
        OperatorActions orders,
        AccessBook access,
        AuditLog audit,
        Authenticator gate,
        Templates templates) {
    private static final Logger log = LoggerFactory.getLogger(ScreenContext.class);

    /** The read side of the store. */
    public Queries views() {
        return store.views();
    }

    /** A page from a template that takes {@code page} and {@code m}. */
    Response html(String template, PageRequest page, Object model) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("page", page);
        parameters.put("m", model);
        return Response.html(templates.render(template, parameters));
    }

    /** A page that says that there is nothing under this address. */
    Response missing(PageRequest page) {
        return html("missing", page, page.request().path()).withStatus(404);
    }

    /** The one who orders something on a page, for the reason given in its form. */
    OperatorActions.By by(PageRequest page, String why) {
        return new OperatorActions.By(page.visitor(), page.request().from(), why);
    }

    /** The bytes of a message; empty when they are no longer kept. */
    Optional<Content> content(AcceptedMessage message) {
        try {
            return store.journal().message(message.position()).map(Journal.StoredMessage::content);
        } catch (IOException e) {
            log.warn("failed to find message {} in the journal", message.accepted().message(), e);
            return Optional.empty();
        }
    }

    /** A message taken apart; empty when its bytes are no longer kept. */
    Optional<MessagePreview> shown(AcceptedMessage message) {
        Optional<Content> content = content(message);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = content.get().open()) {
            return Optional.of(MessagePreview.of(in));
        } catch (IOException e) {
            // The page says what happened to the message all the same.
            log.warn("failed to read a stored message for display", e);
            return Optional.empty();
        }
    }

    /** Writes down that a list is taken away. */
    void exported(PageRequest page) throws IOException {
        orders().note(by(page, ""), "export", List.of(page.here()));
    }

    /** Back to the page from which a form was sent; only to this server. */
    public static String back(String wanted, String otherwise) {
        boolean local =
                wanted.startsWith("/") && !wanted.startsWith("//") && wanted.indexOf('\\') < 0;
        boolean plain = wanted.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        return local && plain ? wanted : otherwise;
    }

    /** What the recipients of messages wait for, by their ids; none of those settled. */
    Map<String, WaitReason> waits(Set<MailId> messages) {
        return messages.isEmpty()
                ? Map.of()
                : queue.explain(messages).stream()
                        .collect(
                                Collectors.toMap(
                                        QueueControl.Explanation::recipient,
                                        QueueControl.Explanation::reason,
                                        (first, _) -> first));
    }
}
