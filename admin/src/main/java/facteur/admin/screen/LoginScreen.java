package facteur.admin.screen;

import facteur.admin.access.Authenticator;
import facteur.admin.access.RandomSecrets;
import facteur.admin.access.Role;
import facteur.admin.access.Visitor;
import facteur.admin.order.OperatorActions;
import facteur.admin.web.Query;
import facteur.admin.web.Response;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Who are you? */
public final class LoginScreen {
    /** Holds what the form must repeat: a page elsewhere cannot log a browser in. */
    private static final String COOKIE = "facteur-login";

    private static final int MAX_NAME = 100;

    private static final int NOTED_A_MINUTE = 30;

    private final ScreenContext screenContext;
    private Instant minuteOfNotes = Instant.EPOCH;
    private int notedOfMinute;

    public LoginScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param token to be repeated by the form
     * @param problem a sentence, or empty
     */
    public record Model(String token, String next, String name, String problem) {}

    public Response show(PageRequest page) {
        return form(page, page.query().first("next").orElse("/"), "", "");
    }

    private Response form(PageRequest page, String next, String name, String problem) {
        String token = page.request().cookie(COOKIE).orElseGet(RandomSecrets::token);
        return screenContext
                .html("login", page, new Model(token, next, name, problem))
                .with(
                        "Set-Cookie",
                        COOKIE
                                + "="
                                + token
                                + "; Path=/login; HttpOnly; SameSite=Strict"
                                + (page.request().isSecure() ? "; Secure" : ""));
    }

    public Response login(PageRequest page) throws IOException {
        Query form = page.request().form();
        String name = form.first("name").orElse("");
        String next = form.first("next").orElse("/");
        String cookie = page.request().cookie(COOKIE).orElse("");
        if (cookie.isEmpty() || !RandomSecrets.equal(cookie, form.first("csrf").orElse(""))) {
            return form(page, next, name, page.say("login.stale")).withStatus(403);
        }
        try {
            String password = String.join("", form.all("password"));
            return switch (screenContext.gate().login(name, password, page.request().client())) {
                case Authenticator.Login.Let(String session) -> {
                    note(page, name, "login");
                    yield Authenticator.cookie(
                            page.request(),
                            Response.seeOther(ScreenContext.back(next, "/")),
                            session);
                }
                case Authenticator.Login.Wrong _ -> {
                    if (isNoted(page.now())) {
                        note(page, name, "login.failed");
                    }
                    yield form(page, next, name, page.say("login.wrong")).withStatus(401);
                }
                case Authenticator.Login.Wait(var left) ->
                        form(page, next, name, page.say("login.wait", page.formats().lasting(left)))
                                .withStatus(429)
                                .with("Retry-After", Long.toString(left.toSeconds() + 1));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while a login waited its turn", e);
        }
    }

    /** From many networks many guesses come: so many of a minute are written down, no more. */
    private synchronized boolean isNoted(Instant now) {
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        notedOfMinute = minute.equals(minuteOfNotes) ? notedOfMinute + 1 : 1;
        minuteOfNotes = minute;
        return notedOfMinute <= NOTED_A_MINUTE;
    }

    // A client that keeps guessing has to wait; waits are not logged.
    private void note(PageRequest page, String name, String action) throws IOException {
        String cut = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
        Visitor who = new Visitor(cut, Role.VIEWER, Visitor.Means.SESSION, Optional.empty(), "");
        screenContext
                .orders()
                .note(new OperatorActions.By(who, page.request().from(), ""), action, List.of(cut));
    }

    public Response logout(PageRequest page) throws IOException {
        note(page, page.visitor().name(), "logout");
        screenContext.gate().logout(page.request());
        return Authenticator.cookie(page.request(), Response.seeOther("/login"), "");
    }
}
