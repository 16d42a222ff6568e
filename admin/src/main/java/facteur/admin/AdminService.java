package facteur.admin;

import facteur.admin.access.HostGuard;
import facteur.admin.access.RandomSecrets;
import facteur.admin.access.Role;
import facteur.admin.access.Visitor;
import facteur.admin.api.Api;
import facteur.admin.control.Readiness;
import facteur.admin.language.Formats;
import facteur.admin.language.Words;
import facteur.admin.live.ChangeNotifier;
import facteur.admin.parameter.Fault;
import facteur.admin.parameter.Parameter;
import facteur.admin.parameter.Parameters;
import facteur.admin.screen.LoginScreen;
import facteur.admin.screen.PageRequest;
import facteur.admin.screen.Refusal;
import facteur.admin.screen.ScreenContext;
import facteur.admin.undertow.HttpListener;
import facteur.admin.web.PathParts;
import facteur.admin.web.PathRouter;
import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.config.AdminSettings.Language;
import facteur.config.Settings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Leads each request to what answers it.
 *
 * <p>In this order: the name it was asked by, health and metrics, assets, login, API, pages. What
 * changes something needs a role, and, when a cookie speaks for the visitor, the token of a form of
 * ours and an origin that is ours.
 */
final class AdminService implements HttpListener.Service {
    // No inline script or style, nothing from elsewhere; mail is shown in a frame of its own.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'";
    private static final String LANGUAGE = "facteur-language";
    private static final String ZONE = "facteur-zone";
    private static final Set<String> PREFERENCES = Set.of("/language", "/zone");
    private static final Parameters PREFERENCE =
            Parameters.of(Parameter.text("to"), Parameter.text("back"));
    private static final Visitor NOBODY =
            new Visitor("", Role.VIEWER, Visitor.Means.SESSION, Optional.empty(), "");

    private final AdminParts parts;
    private final ScreenContext screenContext;
    private final ChangeNotifier changeNotifier;
    private final Assets assets = new Assets();
    private final PathRouter<ScreenRoute> routes;
    private final Api api;

    AdminService(AdminParts parts, ScreenContext screenContext, ChangeNotifier changeNotifier) {
        this.parts = parts;
        this.screenContext = screenContext;
        this.changeNotifier = changeNotifier;
        this.api = new Api(screenContext);
        this.routes = Pages.of(screenContext, new LoginScreen(screenContext));
    }

    List<String> apiPaths() {
        return api.inventory();
    }

    List<String> apiParameters(String operation) {
        return api.parameters(operation);
    }

    @Override
    public boolean knows(Request request) {
        return !request.path().equals("/login")
                && screenContext.gate().identify(request).isPresent();
    }

    @Override
    public boolean isProxy(InetAddress peer) {
        return parts.settings().get().admin().trustedProxies().stream()
                .anyMatch(network -> network.contains(peer));
    }

    @Override
    public Response refusal(Request request, int status, String detail) {
        return guarded(
                Api.isBelow(request.path())
                        ? Api.refusal(status, detail)
                        : Response.text(status, "text/plain", detail + "\n"));
    }

    @Override
    public Response answer(Request request) throws IOException {
        return guarded(dispatch(request));
    }

    private static Response guarded(Response response) {
        Response guarded = response;
        for (var header :
                Map.of(
                                "Content-Security-Policy", POLICY,
                                "X-Frame-Options", "DENY",
                                "X-Content-Type-Options", "nosniff",
                                "Referrer-Policy", "same-origin",
                                "Cross-Origin-Opener-Policy", "same-origin",
                                "Cross-Origin-Resource-Policy", "same-origin",
                                "Cache-Control", "no-store")
                        .entrySet()) {
            if (!guarded.has(header.getKey())) {
                guarded = guarded.with(header.getKey(), header.getValue());
            }
        }
        return guarded;
    }

    private Response dispatch(Request request) throws IOException {
        String path = request.path();
        if (path.equals("/healthz")) {
            return Response.text(200, "text/plain", "ok\n");
        }
        if (path.equals("/readyz")) {
            return ready(parts.readiness().get());
        }
        if (!hosts().allows(request.header("host").orElse(""))) {
            return Response.text(421, "text/plain", "not a name of this server; see admin.hosts\n");
        }
        if (path.equals("/metrics")) {
            return Response.text(200, "text/plain; version=0.0.4", parts.metrics().get());
        }
        if (path.startsWith("/static/")) {
            return assets.find(path.substring("/static/".length()))
                    .orElseGet(() -> Response.text(404, "text/plain", "no such file\n"));
        }
        return page(request);
    }

    private static Response ready(Readiness readiness) {
        List<String> lines = new ArrayList<>();
        if (readiness.isReady()) {
            lines.add("ready");
        }
        lines.addAll(readiness.problems());
        lines.addAll(readiness.notes());
        return Response.text(
                readiness.isReady() ? 200 : 503, "text/plain", String.join("\n", lines) + "\n");
    }

    private HostGuard hosts() {
        Settings settings = parts.settings().get();
        List<String> names = new ArrayList<>(settings.admin().hosts());
        names.add(settings.hostname());
        return new HostGuard(names);
    }

    private Response page(Request request) throws IOException {
        if (PREFERENCES.contains(request.path()) && request.isRead()) {
            Optional<Fault> fault = Fault.of(request).or(() -> PREFERENCE.fault(request.query()));
            if (fault.isPresent()) {
                return bad(page(request, Map.of(), NOBODY), fault.get());
            }
            return request.path().equals("/zone") ? chosenZone(request) : language(request);
        }
        Optional<Visitor> visitor = screenContext.gate().identify(request);
        if (Api.isBelow(request.path())) {
            return api(request, visitor);
        }
        Optional<PathRouter.Found<ScreenRoute>> found =
                routes.find(request.method(), request.path());
        if (request.path().equals("/login")) {
            PageRequest page = page(request, Map.of(), NOBODY);
            return found.isPresent() ? shown(page, found.get().handler()) : otherMethod(page);
        }
        if (visitor.isEmpty()) {
            return toLogin(request);
        }
        Optional<Fault> unread = Fault.of(request);
        if (unread.isPresent()) {
            return bad(page(request, Map.of(), visitor.get()), unread.get());
        }
        if (request.path().equals("/live")) {
            return changeNotifier.stream()
                    .orElseGet(() -> Response.empty(503).with("Retry-After", "60"));
        }
        if (found.isEmpty()) {
            PageRequest page = page(request, Map.of(), visitor.get());
            return routes.methods(request.path()).isEmpty() ? plain(page, 404) : otherMethod(page);
        }
        return allowed(page(request, found.get().parts(), visitor.get()), found.get().handler());
    }

    private Response api(Request request, Optional<Visitor> visitor) throws IOException {
        if (request.path().equals("/api/v1/openapi.yaml")) {
            return assets.find("openapi.yaml").orElseThrow();
        }
        // A page's own script says so in a header, which no form elsewhere can send.
        boolean trusted =
                request.isRead()
                        || visitor.map(v -> !v.isCookie()).orElse(true)
                        || request.header("x-csrf-token")
                                .filter(t -> RandomSecrets.equal(t, visitor.get().csrf()))
                                .isPresent();
        return trusted
                ? api.answer(request, visitor, parts.clock().instant())
                : api.answer(request, Optional.empty(), parts.clock().instant());
    }

    private Response allowed(PageRequest page, ScreenRoute route) throws IOException {
        if (!page.may(route.role())) {
            return plain(page, 403);
        }
        if (!page.request().isRead() && !isOurForm(page)) {
            return plain(page, 400);
        }
        return shown(page, route);
    }

    private Response shown(PageRequest page, ScreenRoute route) throws IOException {
        Optional<Fault> fault =
                Fault.of(page.request()).or(() -> route.parameters().fault(page.query()));
        return fault.isPresent() ? bad(page, fault.get()) : route.screen().show(page);
    }

    /** An address that says more, or something else, than is understood. */
    private Response bad(PageRequest page, Fault fault) {
        return plain(
                page,
                400,
                new Refusal(page.say("refused.address"), fault.in(page.formats().words())));
    }

    private Response otherMethod(PageRequest page) {
        return plain(page, 405)
                .with("Allow", String.join(", ", routes.methods(page.request().path())));
    }

    private Response plain(PageRequest page, int status) {
        String key = "refused." + status;
        return plain(page, status, new Refusal(page.say(key), page.say(key + ".hint")));
    }

    private Response plain(PageRequest page, int status, Refusal refusal) {
        return Response.html(
                        screenContext
                                .templates()
                                .render("refused", Map.of("page", page, "m", refusal)))
                .withStatus(status);
    }

    private static Response toLogin(Request request) {
        return request.isRead() && request.header("hx-request").isEmpty()
                ? Response.seeOther("/login?next=" + PathParts.encode(request.here()))
                : Response.empty(401).with("HX-Redirect", "/login");
    }

    // Without a cookie no other site can make the visitor's program send the request.
    private static boolean isOurForm(PageRequest page) throws IOException {
        Request request = page.request();
        if (!page.visitor().isCookie()) {
            return true;
        }
        Optional<String> token = request.header("x-csrf-token");
        String offered = token.isPresent() ? token.get() : request.form().first("csrf").orElse("");
        return isOwnOrigin(request) && RandomSecrets.equal(offered, page.visitor().csrf());
    }

    private static boolean isOwnOrigin(Request request) {
        return request.header("origin")
                .map(
                        origin -> {
                            try {
                                return request.header("host")
                                        .orElse("")
                                        .equalsIgnoreCase(URI.create(origin).getAuthority());
                            } catch (IllegalArgumentException _) {
                                return false; // not an origin, so not ours
                            }
                        })
                .orElse(true);
    }

    private PageRequest page(Request request, Map<String, String> found, Visitor visitor) {
        return new PageRequest(
                request,
                found,
                visitor,
                new Formats(Words.of(spoken(request)), zone(request)),
                parts.clock().instant(),
                visitor.may(Role.OPERATOR) ? parts.alerts().now() : List.of());
    }

    // A reading preference, as the language is; a page's script sets the browser's own at first.
    private static Response chosenZone(Request request) {
        String wanted = request.query().first("to").orElse("");
        String back = ScreenContext.back(request.query().first("back").orElse(""), "/");
        return ZoneId.getAvailableZoneIds().contains(wanted)
                ? Response.seeOther(back)
                        .with(
                                "Set-Cookie",
                                ZONE
                                        + "="
                                        + wanted.replace('/', '.')
                                        + "; Path=/; SameSite=Lax; Max-Age=31536000")
                : Response.seeOther(back);
    }

    private Language spoken(Request request) {
        return request.cookie(LANGUAGE)
                .flatMap(Words::tagged)
                .or(() -> request.header("accept-language").flatMap(Words::preferred))
                .orElseGet(() -> parts.settings().get().admin().defaultLanguage());
    }

    private static ZoneId zone(Request request) {
        try {
            return request.cookie(ZONE)
                    .map(zone -> ZoneId.of(zone.replace('.', '/')))
                    .orElseGet(ZoneId::systemDefault);
        } catch (DateTimeException _) {
            return ZoneId.systemDefault(); // a zone this JDK has not heard of
        }
    }

    // A reading preference: it needs no token, and it works before anybody logs in.
    private static Response language(Request request) {
        String wanted = request.query().first("to").orElse("");
        String back = ScreenContext.back(request.query().first("back").orElse(""), "/");
        return Words.tagged(wanted)
                .map(
                        language ->
                                Response.seeOther(back)
                                        .with(
                                                "Set-Cookie",
                                                LANGUAGE
                                                        + "="
                                                        + Words.tag(language)
                                                        + "; Path=/; SameSite=Lax;"
                                                        + " Max-Age=31536000"))
                .orElseGet(() -> Response.seeOther(back));
    }
}
