package facteur.admin;

import static facteur.admin.parameter.Parameter.afterRecipient;
import static facteur.admin.parameter.Parameter.choice;
import static facteur.admin.parameter.Parameter.flag;
import static facteur.admin.parameter.Parameter.keys;
import static facteur.admin.parameter.Parameter.text;

import facteur.admin.access.Role;
import facteur.admin.parameter.Filters;
import facteur.admin.parameter.Parameter;
import facteur.admin.parameter.Parameters;
import facteur.admin.screen.CampaignScreen;
import facteur.admin.screen.CampaignsScreen;
import facteur.admin.screen.ContactScreen;
import facteur.admin.screen.ContactsScreen;
import facteur.admin.screen.DeliverabilityScreen;
import facteur.admin.screen.HelpScreen;
import facteur.admin.screen.LoginScreen;
import facteur.admin.screen.ManualScreen;
import facteur.admin.screen.MessageScreen;
import facteur.admin.screen.QueueScreen;
import facteur.admin.screen.RecipientsScreen;
import facteur.admin.screen.Screen;
import facteur.admin.screen.ScreenContext;
import facteur.admin.screen.SettingsScreen;
import facteur.admin.screen.SuppressionsScreen;
import facteur.admin.web.PathRouter;
import facteur.admin.web.Response;
import facteur.mail.outcome.Stage;

import java.util.List;

/** Which path leads to which page, and who may go there. */
final class Pages {
    private static final List<String> ON = List.of("1");
    private static final Parameter ROBOTS = flag("robots");
    private static final Parameter CSV = choice("format", List.of("csv"));

    private Pages() {}

    static PathRouter<ScreenRoute> of(ScreenContext screenContext, LoginScreen login) {
        MessageScreen message = new MessageScreen(screenContext);
        SuppressionsScreen suppressions = new SuppressionsScreen(screenContext);
        PathRouter<ScreenRoute> routes = new PathRouter<>();
        see(routes, "/", _ -> Response.seeOther("/campaigns"));
        see(routes, "/login", login::show, text("next"));
        post(routes, "/login", Role.VIEWER, login::login);
        post(routes, "/logout", Role.VIEWER, login::logout);
        see(
                routes,
                "/campaigns",
                new CampaignsScreen(screenContext),
                Filters.campaigns()
                        .and(choice("count", List.of("at-least")), choice("all", ON), ROBOTS, CSV));
        see(
                routes,
                "/campaigns/{id}/contacts",
                new RecipientsScreen(screenContext),
                Filters.recipients().and(ROBOTS, afterRecipient(), CSV));
        Parameter.Check column = Parameters.column(screenContext.views().campaigns());
        see(
                routes,
                "/contacts",
                new ContactsScreen(screenContext),
                Filters.contacts(column).and(ROBOTS, text("after"), CSV));
        ContactScreen contact = new ContactScreen(screenContext);
        see(routes, "/contacts/{id}", contact::show, ROBOTS, afterRecipient());
        post(routes, "/contacts/{id}/erase", Role.ADMIN, contact::erase);
        see(routes, "/messages/{id}", message::show, ROBOTS, Parameter.afterMoment());
        see(routes, "/messages/{id}/source", message::source);
        see(routes, "/messages/{id}/html", message::html);
        order(routes, "/messages/{id}", message::act);
        see(
                routes,
                "/suppressions",
                suppressions::show,
                text("q"),
                choice("lifted", ON),
                text("after"),
                CSV);
        order(routes, "/suppressions", suppressions::act);
        see(routes, "/campaigns/{id}", new CampaignScreen(screenContext), ROBOTS);
        QueueScreen queue = new QueueScreen(screenContext);
        see(routes, "/queue", queue::show);
        order(routes, "/queue", queue::act);
        see(
                routes,
                "/deliverability",
                new DeliverabilityScreen(screenContext),
                text("check"),
                choice("anew", ON));
        SettingsScreen settings = new SettingsScreen(screenContext);
        see(
                routes,
                "/settings",
                settings::show,
                text("q"),
                choice("own", ON),
                text("reply"),
                choice("stage", keys(Stage.values())));
        order(routes, "/settings/rules", settings::tryRules);
        // Where a form leads: asked for again, by a reload or the other language, it shows the
        // page.
        see(routes, "/settings/rules", _ -> Response.seeOther("/settings#rules"));
        see(routes, "/settings/password", _ -> Response.seeOther("/settings"));
        post(routes, "/settings", Role.ADMIN, settings::act);
        post(routes, "/settings/password", Role.VIEWER, settings::changePassword);
        see(routes, "/help", new HelpScreen(screenContext));
        ManualScreen manual = new ManualScreen(screenContext);
        see(routes, "/help/docs", manual::index);
        see(routes, "/help/docs/{page}", manual::page);
        see(routes, "/help/docs/{part}/{page}", manual::pageOfPart);
        return routes;
    }

    private static void see(
            PathRouter<ScreenRoute> routes,
            String pattern,
            Screen screen,
            Parameter... parameters) {
        see(routes, pattern, screen, Parameters.of(parameters));
    }

    private static void see(
            PathRouter<ScreenRoute> routes, String pattern, Screen screen, Parameters parameters) {
        routes.add("GET", pattern, new ScreenRoute(Role.VIEWER, screen, parameters));
    }

    private static void order(PathRouter<ScreenRoute> routes, String pattern, Screen screen) {
        post(routes, pattern, Role.OPERATOR, screen);
    }

    private static void post(
            PathRouter<ScreenRoute> routes, String pattern, Role role, Screen screen) {
        routes.add("POST", pattern, new ScreenRoute(role, screen, Parameters.of()));
    }
}
