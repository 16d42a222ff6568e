package facteur.admin;

import facteur.admin.AdminService.Route;
import facteur.admin.access.Role;
import facteur.admin.screen.CampaignScreen;
import facteur.admin.screen.CampaignsScreen;
import facteur.admin.screen.ContactScreen;
import facteur.admin.screen.ContactsScreen;
import facteur.admin.screen.DeliverabilityScreen;
import facteur.admin.screen.HelpScreen;
import facteur.admin.screen.LoginScreen;
import facteur.admin.screen.MessageScreen;
import facteur.admin.screen.QueueScreen;
import facteur.admin.screen.RecipientsScreen;
import facteur.admin.screen.Screen;
import facteur.admin.screen.ScreenContext;
import facteur.admin.screen.SettingsScreen;
import facteur.admin.screen.SuppressionsScreen;
import facteur.admin.web.PathRouter;
import facteur.admin.web.Response;

/** Which path leads to which page, and who may go there. */
final class Pages {
    private Pages() {}

    static PathRouter<Route> of(ScreenContext screenContext, LoginScreen login) {
        MessageScreen message = new MessageScreen(screenContext);
        SuppressionsScreen suppressions = new SuppressionsScreen(screenContext);
        PathRouter<Route> routes = new PathRouter<>();
        see(routes, "/", _ -> Response.seeOther("/campaigns"));
        see(routes, "/login", login::show);
        routes.add("POST", "/login", new Route(Role.VIEWER, login::login));
        routes.add("POST", "/logout", new Route(Role.VIEWER, login::logout));
        see(routes, "/campaigns", new CampaignsScreen(screenContext));
        see(routes, "/campaigns/{id}/contacts", new RecipientsScreen(screenContext));
        see(routes, "/contacts", new ContactsScreen(screenContext));
        ContactScreen contact = new ContactScreen(screenContext);
        see(routes, "/contacts/{id}", contact::show);
        routes.add("POST", "/contacts/{id}/erase", new Route(Role.ADMIN, contact::erase));
        see(routes, "/messages/{id}", message::show);
        see(routes, "/messages/{id}/source", message::source);
        see(routes, "/messages/{id}/html", message::html);
        order(routes, "/messages/{id}", message::act);
        see(routes, "/suppressions", suppressions::show);
        order(routes, "/suppressions", suppressions::act);
        see(routes, "/campaigns/{id}", new CampaignScreen(screenContext));
        QueueScreen queue = new QueueScreen(screenContext);
        see(routes, "/queue", queue::show);
        order(routes, "/queue", queue::act);
        see(routes, "/deliverability", new DeliverabilityScreen(screenContext));
        SettingsScreen settings = new SettingsScreen(screenContext);
        see(routes, "/settings", settings::show);
        order(routes, "/settings/rules", settings::tryRules);
        // Where a form leads: asked for again, by a reload or the other language, it shows the
        // page.
        see(routes, "/settings/rules", _ -> Response.seeOther("/settings#rules"));
        see(routes, "/settings/password", _ -> Response.seeOther("/settings"));
        routes.add("POST", "/settings", new Route(Role.ADMIN, settings::act));
        routes.add("POST", "/settings/password", new Route(Role.VIEWER, settings::changePassword));
        see(routes, "/help", new HelpScreen(screenContext));
        return routes;
    }

    private static void see(PathRouter<Route> routes, String pattern, Screen screen) {
        routes.add("GET", pattern, new Route(Role.VIEWER, screen));
    }

    private static void order(PathRouter<Route> routes, String pattern, Screen screen) {
        routes.add("POST", pattern, new Route(Role.OPERATOR, screen));
    }
}
