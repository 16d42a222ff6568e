package facteur.admin.api;

import static facteur.admin.parameter.Parameter.afterRecipient;
import static facteur.admin.parameter.Parameter.choice;
import static facteur.admin.parameter.Parameter.domain;
import static facteur.admin.parameter.Parameter.flag;
import static facteur.admin.parameter.Parameter.keys;
import static facteur.admin.parameter.Parameter.number;
import static facteur.admin.parameter.Parameter.text;

import facteur.admin.access.Role;
import facteur.admin.access.Visitor;
import facteur.admin.language.Words;
import facteur.admin.parameter.Fault;
import facteur.admin.parameter.Filters;
import facteur.admin.parameter.Parameter;
import facteur.admin.parameter.Parameters;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.PathRouter;
import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.config.AdminSettings.Language;
import facteur.mail.outcome.Stage;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Leads each request below {@code /api/v1} to what answers it. */
public final class Api {
    private static final String ROOT = "/api/v1";

    private final PathRouter<Route> routes = new PathRouter<>();
    private final Map<String, Parameters> inventory = new LinkedHashMap<>();

    /** Answers one kind of request. */
    interface Handler {
        Response handle(ApiRequest apiRequest) throws IOException;
    }

    private record Route(Role role, Handler handler, Parameters parameters) {}

    private static final Parameter ROBOTS = flag("robots");
    private static final Parameter LIMIT = number("limit", 1, ApiRequest.MOST);

    public Api(ScreenContext screenContext) {
        Parameter.Check campaign = Parameters.campaign(screenContext.views().campaigns());
        CampaignEndpoints campaigns = new CampaignEndpoints(screenContext);
        get("/server", campaigns::server, ROBOTS);
        get(
                "/campaigns",
                campaigns::list,
                Filters.campaigns().and(ROBOTS, LIMIT, number("after", 0, Integer.MAX_VALUE)));
        get("/campaigns/{id}", campaigns::one, ROBOTS);
        get(
                "/campaigns/{id}/contacts",
                campaigns::contacts,
                Filters.recipients().and(ROBOTS, LIMIT, afterRecipient()));
        get("/campaigns/{id}/domains", campaigns::domains, ROBOTS);
        get("/campaigns/{id}/reasons", campaigns::reasons);
        get("/campaigns/{id}/links", campaigns::links);
        get("/campaigns/{id}/course", campaigns::course, ROBOTS);
        ContactEndpoints contacts = new ContactEndpoints(screenContext);
        get(
                "/contacts",
                contacts::list,
                Filters.contacts(campaign).and(ROBOTS, LIMIT, text("after")));
        get("/contacts/{id}", contacts::one);
        get("/contacts/{id}/messages", contacts::messages, ROBOTS, LIMIT, afterRecipient());
        PersonEndpoints people = new PersonEndpoints(screenContext);
        administer("GET", "/contacts/{id}/dossier", people::dossier, LIMIT, afterRecipient());
        administer("POST", "/contacts/{id}/erase", people::erase);
        get(
                "/suppressions",
                contacts::suppressions,
                text("q"),
                flag("lifted"),
                LIMIT,
                text("after"));
        post("/suppressions", contacts::suppress);
        get("/suppressions/{address}", contacts::suppression);
        order("DELETE", "/suppressions/{address}", contacts::lift, text("why"));
        ImportEndpoints imports = new ImportEndpoints(screenContext);
        get("/suppression-imports", imports::list, LIMIT);
        post("/suppression-imports/{id}", imports::stage);
        post("/suppression-imports/{id}/commit", imports::commit);
        post("/suppression-simulations", imports::simulate);
        MessageEndpoints messages = new MessageEndpoints(screenContext);
        get(
                "/messages",
                messages::list,
                Filters.messages(campaign).and(LIMIT, Parameter.afterMessage()));
        get("/messages/{id}", messages::one);
        get("/messages/{id}/recipients", messages::recipients, ROBOTS, LIMIT, afterRecipient());
        get("/messages/{id}/source", messages::source);
        get("/recipients/{id}", messages::recipient, ROBOTS, LIMIT, Parameter.afterMoment());
        post("/messages/{id}/retry", messages::retry);
        post("/messages/{id}/cancel", messages::cancel);
        QueueEndpoints queue = new QueueEndpoints(screenContext);
        get("/queue", queue::snapshot);
        get("/queue/pending", queue::pending, LIMIT, afterRecipient());
        get("/queue/destinations/{site}", queue::destination, LIMIT);
        get("/queue/explain/{id}", queue::explain);
        post("/queue/flush", queue::flush);
        post("/queue/cancel", queue::cancel);
        post("/queue/move", queue::move);
        post("/queue/hold", queue::hold);
        post("/queue/release", queue::release);
        ServerEndpoints server = new ServerEndpoints(screenContext);
        order("GET", "/alerts", server::alerts);
        get("/deliverability", server::deliverability);
        get("/deliverability/records", server::records, domain("domain").needed(), flag("anew"));
        get(
                "/rules/classify",
                server::classify,
                text("reply").needed(),
                choice("stage", keys(Stage.values())));
        post("/rules/dry-run", server::dryRun);
        get("/credentials", server::credentials);
        administer("POST", "/credentials", server::createCredential);
        administer("POST", "/credentials/{user}/rotate", server::rotateCredential);
        administer("DELETE", "/credentials/{user}", server::revokeCredential);
        get("/keys", server::keys);
        administer("POST", "/keys/rotate", server::rotate);
        AccountEndpoints accounts = new AccountEndpoints(screenContext);
        administer("GET", "/accounts", accounts::accounts);
        administer("POST", "/accounts", accounts::addAccount);
        administer("DELETE", "/accounts/{name}", accounts::removeAccount);
        administer("GET", "/api-keys", accounts::keys);
        administer("POST", "/api-keys", accounts::addKey);
        administer("DELETE", "/api-keys/{id}", accounts::removeKey);
        administer("GET", "/audit", server::audit);
        order("GET", "/settings", server::settings);
        administer("POST", "/reload", server::reload);
        TraceEndpoints traces = new TraceEndpoints(screenContext);
        administer("POST", "/traces", traces::watch);
        administer("GET", "/traces/{id}", traces::next, number("after", 0, Long.MAX_VALUE));
    }

    /** Methods and paths of all there is, for the test of the contract. */
    public List<String> inventory() {
        return List.copyOf(inventory.keySet());
    }

    /** The names of the parameters that the query of an operation may hold. */
    public List<String> parameters(String operation) {
        return inventory.getOrDefault(operation, Parameters.of()).names();
    }

    private void get(String path, Handler handler, Parameter... parameters) {
        get(path, handler, Parameters.of(parameters));
    }

    private void get(String path, Handler handler, Parameters known) {
        add("GET", path, Role.VIEWER, handler, known);
    }

    private void add(
            String method, String path, Role role, Handler handler, Parameter... parameters) {
        add(method, path, role, handler, Parameters.of(parameters));
    }

    private void add(String method, String path, Role role, Handler handler, Parameters known) {
        routes.add(method, ROOT + path, new Route(role, handler, known));
        inventory.put(method + " " + path, known);
    }

    private void post(String path, Handler handler) {
        order("POST", path, handler);
    }

    private void order(String method, String path, Handler handler, Parameter... parameters) {
        add(method, path, Role.OPERATOR, handler, parameters);
    }

    private void administer(String method, String path, Handler handler, Parameter... parameters) {
        add(method, path, Role.ADMIN, handler, parameters);
    }

    /** Answers a known visitor; without one, says that a key is needed. */
    public Response answer(Request request, Optional<Visitor> visitor, Instant now)
            throws IOException {
        if (visitor.isEmpty()) {
            return ApiRequest.problem(
                            401, "Unauthorized", "send an API key: Authorization: Bearer fct_...")
                    .with("WWW-Authenticate", "Bearer");
        }
        Optional<Fault> unread = Fault.of(request);
        if (unread.isPresent()) {
            return bad(unread.get());
        }
        Optional<PathRouter.Found<Route>> found = routes.find(request.method(), request.path());
        if (found.isEmpty()) {
            List<String> methods = routes.methods(request.path());
            return methods.isEmpty()
                    ? ApiRequest.missing("resource " + request.path())
                    : ApiRequest.problem(
                                    405,
                                    "Method not allowed",
                                    request.path() + " takes " + String.join(", ", methods))
                            .with("Allow", String.join(", ", methods));
        }
        Route route = found.get().handler();
        if (!visitor.get().may(route.role())) {
            return ApiRequest.problem(
                    403,
                    "Forbidden",
                    "this needs the role "
                            + route.role().key()
                            + ", yours is "
                            + visitor.get().role().key());
        }
        Optional<Fault> fault = route.parameters().fault(request.query());
        if (fault.isPresent()) {
            return bad(fault.get());
        }
        try {
            return route.handler()
                    .handle(new ApiRequest(request, found.get().parts(), visitor.get(), now));
        } catch (ApiRequest.BadBody e) {
            return ApiRequest.problem(400, "Bad request", String.valueOf(e.getMessage()));
        }
    }

    private static Response bad(Fault fault) {
        return ApiRequest.problem(400, "Bad request", fault.in(Words.of(Language.EN)));
    }

    /** Whether a path belongs to programs. */
    public static boolean isBelow(String path) {
        return path.startsWith("/api/");
    }

    /** An answer to a program about a request that was not taken at all. */
    public static Response refusal(int status, String detail) {
        return ApiRequest.problem(status, "Not taken", detail);
    }
}
