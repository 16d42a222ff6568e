package facteur.admin.api;

import facteur.admin.access.Role;
import facteur.admin.access.Visitor;
import facteur.admin.screen.Desk;
import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.admin.web.Router;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Leads each request below {@code /api/v1} to what answers it. */
public final class Api {
    private static final String ROOT = "/api/v1";

    private final Router<Route> routes = new Router<>();
    private final List<String> inventory = new ArrayList<>();

    /** Answers one kind of request. */
    interface Handler {
        Response handle(Call call) throws IOException;
    }

    private record Route(Role role, Handler handler) {}

    public Api(Desk desk) {
        CampaignCalls campaigns = new CampaignCalls(desk);
        get("/server", campaigns::server);
        get("/campaigns", campaigns::list);
        get("/campaigns/{id}", campaigns::one);
        get("/campaigns/{id}/contacts", campaigns::contacts);
        get("/campaigns/{id}/domains", campaigns::domains);
        get("/campaigns/{id}/reasons", campaigns::reasons);
        get("/campaigns/{id}/links", campaigns::links);
        get("/campaigns/{id}/course", campaigns::course);
        ContactCalls contacts = new ContactCalls(desk);
        get("/contacts", contacts::list);
        get("/contacts/{id}", contacts::one);
        get("/contacts/{id}/messages", contacts::messages);
        PersonCalls people = new PersonCalls(desk);
        administer("GET", "/contacts/{id}/dossier", people::dossier);
        administer("POST", "/contacts/{id}/erase", people::erase);
        get("/suppressions", contacts::suppressions);
        post("/suppressions", contacts::suppress);
        get("/suppressions/{address}", contacts::suppression);
        order("DELETE", "/suppressions/{address}", contacts::lift);
        ImportCalls imports = new ImportCalls(desk);
        get("/suppression-imports", imports::list);
        post("/suppression-imports/{id}", imports::stage);
        post("/suppression-imports/{id}/commit", imports::commit);
        post("/suppression-simulations", imports::simulate);
        MessageCalls messages = new MessageCalls(desk);
        get("/messages", messages::list);
        get("/messages/{id}", messages::one);
        get("/messages/{id}/recipients", messages::recipients);
        get("/messages/{id}/source", messages::source);
        get("/recipients/{id}", messages::recipient);
        post("/messages/{id}/retry", messages::retry);
        post("/messages/{id}/cancel", messages::cancel);
        QueueCalls queue = new QueueCalls(desk);
        get("/queue", queue::snapshot);
        get("/queue/pending", queue::pending);
        get("/queue/explain/{id}", queue::explain);
        post("/queue/flush", queue::flush);
        post("/queue/cancel", queue::cancel);
        post("/queue/move", queue::move);
        post("/queue/hold", queue::hold);
        post("/queue/release", queue::release);
        ServerCalls server = new ServerCalls(desk);
        order("GET", "/alerts", server::alerts);
        get("/deliverability", server::deliverability);
        get("/deliverability/records", server::records);
        get("/rules/classify", server::classify);
        post("/rules/dry-run", server::dryRun);
        get("/credentials", server::credentials);
        administer("POST", "/credentials", server::createCredential);
        administer("POST", "/credentials/{user}/rotate", server::rotateCredential);
        administer("DELETE", "/credentials/{user}", server::revokeCredential);
        get("/keys", server::keys);
        administer("POST", "/keys/rotate", server::rotate);
        AccountCalls accounts = new AccountCalls(desk);
        administer("GET", "/accounts", accounts::accounts);
        administer("POST", "/accounts", accounts::addAccount);
        administer("DELETE", "/accounts/{name}", accounts::removeAccount);
        administer("GET", "/api-keys", accounts::keys);
        administer("POST", "/api-keys", accounts::addKey);
        administer("DELETE", "/api-keys/{id}", accounts::removeKey);
        administer("GET", "/audit", server::audit);
        order("GET", "/settings", server::settings);
        administer("POST", "/reload", server::reload);
        TraceCalls traces = new TraceCalls(desk);
        administer("POST", "/traces", traces::watch);
        administer("GET", "/traces/{id}", traces::next);
    }

    /** Methods and paths of all there is, for the test of the contract. */
    public List<String> inventory() {
        return List.copyOf(inventory);
    }

    private void get(String path, Handler handler) {
        add("GET", path, new Route(Role.VIEWER, handler));
    }

    private void add(String method, String path, Route route) {
        routes.add(method, ROOT + path, route);
        inventory.add(method + " " + path);
    }

    private void post(String path, Handler handler) {
        order("POST", path, handler);
    }

    private void order(String method, String path, Handler handler) {
        add(method, path, new Route(Role.OPERATOR, handler));
    }

    private void administer(String method, String path, Handler handler) {
        add(method, path, new Route(Role.ADMIN, handler));
    }

    /** Answers for somebody, or tells nobody that a key is needed. */
    public Response answer(Request request, Optional<Visitor> visitor, Instant now)
            throws IOException {
        if (visitor.isEmpty()) {
            return Call.problem(
                            401, "Unauthorized", "send an API key: Authorization: Bearer fct_...")
                    .with("WWW-Authenticate", "Bearer");
        }
        Optional<Router.Found<Route>> found = routes.find(request.method(), request.path());
        if (found.isEmpty()) {
            List<String> methods = routes.methods(request.path());
            return methods.isEmpty()
                    ? Call.missing("resource " + request.path())
                    : Call.problem(
                                    405,
                                    "Method not allowed",
                                    request.path() + " takes " + String.join(", ", methods))
                            .with("Allow", String.join(", ", methods));
        }
        Route route = found.get().handler();
        if (!visitor.get().may(route.role())) {
            return Call.problem(
                    403,
                    "Forbidden",
                    "this needs the role "
                            + route.role().key()
                            + ", yours is "
                            + visitor.get().role().key());
        }
        try {
            return route.handler()
                    .handle(new Call(request, found.get().parts(), visitor.get(), now));
        } catch (BadBody e) {
            return Call.problem(400, "Bad request", String.valueOf(e.getMessage()));
        }
    }

    /** What was posted cannot be read. */
    static final class BadBody extends IOException {
        private static final long serialVersionUID = 1;

        BadBody(String why, IOException cause) {
            super(why, cause);
        }
    }
}
