package facteur.admin.screen;

import facteur.admin.access.AccessBook;
import facteur.admin.access.AuditLog;
import facteur.admin.access.Gate;
import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.KeyBook;
import facteur.admin.control.QueueControl;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleDesk;
import facteur.admin.control.SetupCheck;
import facteur.admin.control.TraceDesk;
import facteur.admin.jte.Templates;
import facteur.admin.order.Orders;
import facteur.admin.web.Response;
import facteur.config.Settings;
import facteur.store.Store;
import facteur.store.view.Views;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What screens work with. */
public record Desk(
        Supplier<Settings> settings,
        Store store,
        QueueControl queue,
        CredentialBook credentials,
        KeyBook keys,
        RuleDesk rules,
        SetupCheck checks,
        TraceDesk traces,
        Reload reload,
        Alerts alerts,
        Orders orders,
        AccessBook access,
        AuditLog audit,
        Gate gate,
        Templates templates) {
    /** The read side of the store. */
    public Views views() {
        return store.views();
    }

    /** A page from a template that takes {@code page} and {@code m}. */
    Response html(String template, Page page, Object model) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("page", page);
        parameters.put("m", model);
        return Response.html(templates.render(template, parameters));
    }

    /** A page that says that there is nothing under this address. */
    Response missing(Page page) {
        return html("missing", page, page.request().path()).withStatus(404);
    }

    /** The one who orders something on a page, for the reason given in its form. */
    Orders.By by(Page page, String why) {
        return new Orders.By(page.visitor(), page.request().client(), why);
    }

    /** Back to the page from which a form was sent; only to this server. */
    public static String back(String wanted, String otherwise) {
        boolean local =
                wanted.startsWith("/") && !wanted.startsWith("//") && wanted.indexOf('\\') < 0;
        boolean plain = wanted.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        return local && plain ? wanted : otherwise;
    }
}
