package facteur.admin.screen;

import facteur.admin.access.AccessBook;
import facteur.admin.access.AuditLog;
import facteur.admin.access.Role;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.KeyBook;
import facteur.admin.control.RuleTester;
import facteur.admin.web.Query;
import facteur.admin.web.Response;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accounts, keys, credentials, and the settings in force. */
public final class SettingsScreen {
    private static final int AUDIT = 100;
    private static final int TRIED_DAYS = 7;
    private static final int MOST_DAYS = 400;

    private final ScreenContext screenContext;

    public SettingsScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * @param inForce for those who may see how the server is set up; empty for others
     * @param secret what was just made and is shown once: its name and its text
     * @param problem why a form was not taken, or empty
     * @param ruling what the tried reply would be ruled
     */
    public record Model(
            SettingsList inForce,
            List<AccessBook.Account> accounts,
            List<Key> keys,
            List<CredentialBook.Entry> credentials,
            boolean credentialsWritable,
            List<KeyBook.Entry> tokenKeys,
            List<AuditLog.Line> audit,
            List<String> secret,
            String problem,
            Optional<RuleTester.Ruling> ruling,
            Attempt attempt) {}

    /**
     * A key of a program.
     *
     * @param ended why it opens nothing any more: the key of a sentence, or empty
     */
    public record Key(AccessBook.ApiKey entry, String ended) {
        static Key of(AccessBook.ApiKey key, AccessBook book, Instant now) {
            return new Key(
                    key,
                    key.isExpired(now)
                            ? "settings.key.expired"
                            : book.isBacked(key) ? "" : "settings.key.unbacked");
        }
    }

    /**
     * Rules on trial, as they were typed.
     *
     * @param problem why they cannot be tried, or empty
     * @param trial what they would have made of what is stored
     */
    public record Attempt(
            String kind, int days, String rules, String problem, Optional<RuleTester.Trial> trial) {
        static final Attempt NONE = new Attempt("bounces", TRIED_DAYS, "", "", Optional.empty());

        public boolean isMade() {
            return trial.isPresent() || !problem.isEmpty();
        }

        Attempt failed(String why) {
            return new Attempt(kind, days, rules, why, trial);
        }

        Attempt came(RuleTester.Trial to) {
            return new Attempt(kind, days, rules, problem, Optional.of(to));
        }
    }

    public Response show(PageRequest page) throws IOException {
        return page(page, List.of(), "");
    }

    private Response page(PageRequest page, List<String> secret, String problem)
            throws IOException {
        return page(page, secret, problem, Attempt.NONE);
    }

    private Response page(PageRequest page, List<String> secret, String problem, Attempt attempt)
            throws IOException {
        boolean admin = page.mayAdminister();
        return screenContext.html(
                "settings",
                page,
                new Model(
                        new SettingsList(
                                page.mayOperate() ? screenContext.inForce().lines() : List.of(),
                                page.query().first("q").orElse(""),
                                page.query().has("own", "1")),
                        admin ? screenContext.access().accounts() : List.of(),
                        admin ? keys(page) : List.of(),
                        screenContext.credentials().entries(),
                        screenContext.credentials().isWritable(),
                        screenContext.keys().entries(),
                        admin ? screenContext.audit().latest(AUDIT) : List.of(),
                        secret,
                        problem,
                        page.query()
                                .first("reply")
                                .flatMap(
                                        reply ->
                                                screenContext
                                                        .rules()
                                                        .classify(
                                                                page.query()
                                                                        .first("stage")
                                                                        .orElse("rcpt"),
                                                                cut(reply))),
                        attempt));
    }

    private List<Key> keys(PageRequest page) {
        return screenContext.access().keys().stream()
                .map(key -> Key.of(key, screenContext.access(), page.now()))
                .toList();
    }

    /** Tries rules on what is stored; nothing is changed. */
    public Response tryRules(PageRequest page) throws IOException {
        Attempt attempt = attempt(page.request().form());
        Instant since = page.now().minus(Duration.ofDays(attempt.days()));
        try {
            RuleTester.Trial trial =
                    screenContext.rules().dryRun(attempt.kind(), attempt.rules(), since);
            return page(page, List.of(), "", attempt.came(trial));
        } catch (RuleTester.BadRules e) {
            return page(page, List.of(), "", attempt.failed(String.valueOf(e.getMessage())))
                    .withStatus(422);
        }
    }

    private static Attempt attempt(Query form) {
        int days = form.first("days").flatMap(RecipientsScreen::number).orElse(TRIED_DAYS);
        return new Attempt(
                form.has("kind", "robots") ? "robots" : "bounces",
                Math.clamp(days, 1, MOST_DAYS),
                form.first("rules").orElse(""),
                "",
                Optional.empty());
    }

    private static String cut(String reply) {
        return reply.length() > 2000 ? reply.substring(0, 2000) : reply;
    }

    /** One's own password: every role may. */
    public Response changePassword(PageRequest page) throws IOException {
        Query form = page.request().form();
        String name = page.visitor().name();
        String old = String.join("", form.all("old"));
        try {
            if (!screenContext.gate().confirms(name, old, page.request().client())) {
                return page(page, List.of(), page.say("login.wrong")).withStatus(422);
            }
            screenContext.access().changePassword(name, String.join("", form.all("new")));
            screenContext
                    .orders()
                    .note(screenContext.by(page, ""), "password.change", List.of(name));
            screenContext.gate().endAll(name);
            return Response.seeOther("/login");
        } catch (AccessBook.Refused e) {
            return page(page, List.of(), page.say(e.key())).withStatus(422);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while a password waited its turn", e);
        }
    }

    /** What administrators change. */
    public Response act(PageRequest page) throws IOException {
        Query form = page.request().form();
        String action = form.first("action").orElse("");
        String subject = form.first("name").orElse("");
        screenContext.orders().note(screenContext.by(page, ""), action, List.of(subject));
        try {
            return switch (action) {
                case "account.add" -> {
                    Role role = form.first("role").flatMap(Role::of).orElse(Role.VIEWER);
                    String password = facteur.admin.access.RandomSecrets.password();
                    screenContext.access().add(subject, password, role, page.now());
                    yield page(page, List.of(subject, password), "");
                }
                case "account.remove" -> {
                    screenContext.access().remove(subject);
                    screenContext.gate().endAll(subject);
                    yield Response.seeOther("/settings");
                }
                case "key.add" -> {
                    Role scope = form.first("scope").flatMap(Role::ofScope).orElse(Role.VIEWER);
                    int days = form.first("days").flatMap(RecipientsScreen::number).orElse(0);
                    AccessBook.NewKey made =
                            screenContext
                                    .access()
                                    .addKey(
                                            subject,
                                            scope,
                                            new AccessBook.Maker(
                                                    page.visitor().name(),
                                                    page.visitor().account()),
                                            days == 0 ? AccessBook.KEY_LIFE : Duration.ofDays(days),
                                            page.now());
                    yield page(page, List.of(subject, made.token()), "");
                }
                case "key.remove" -> {
                    screenContext.access().removeKey(subject);
                    yield Response.seeOther("/settings");
                }
                case "credential.add" ->
                        page(
                                page,
                                List.of(
                                        subject,
                                        screenContext.credentials().create(subject, Map.of())),
                                "");
                case "credential.remove" -> {
                    screenContext.credentials().revoke(subject);
                    yield Response.seeOther("/settings");
                }
                case "token_key.rotate" -> {
                    screenContext.keys().rotate();
                    yield Response.seeOther("/settings");
                }
                default -> screenContext.missing(page).withStatus(400);
            };
        } catch (AccessBook.Refused e) {
            return page(page, List.of(), page.say(e.key())).withStatus(422);
        } catch (IOException e) {
            return page(page, List.of(), String.valueOf(e.getMessage())).withStatus(422);
        }
    }
}
