package facteur.admin.api;

import facteur.admin.access.AccessBook;
import facteur.admin.access.RandomSecrets;
import facteur.admin.access.Role;
import facteur.admin.language.Words;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.config.AdminSettings.Language;
import facteur.config.unit.Durations;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may come in: accounts of people, keys of programs. */
final class AccountEndpoints {
    private final ScreenContext screenContext;

    AccountEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    record AccountShape(String name, String role, Instant created) {
        static AccountShape of(AccessBook.Account account) {
            return new AccountShape(account.name(), account.role().key(), account.created());
        }
    }

    /**
     * @param account whose key it is; empty: that of the owner of the data directory
     * @param used on which day it was used last
     * @param valid whether it opens anything now
     */
    record KeyShape(
            String id,
            String name,
            String scope,
            String by,
            Optional<String> account,
            Instant created,
            Instant expires,
            Optional<Instant> used,
            boolean valid) {
        static KeyShape of(AccessBook.ApiKey key, AccessBook book, Instant now) {
            return new KeyShape(
                    key.id(),
                    key.name(),
                    key.scope().scope(),
                    key.by(),
                    key.account(),
                    key.created(),
                    key.expiry(),
                    key.used(),
                    !key.isExpired(now) && book.isBacked(key));
        }
    }

    /** An account just made; its password is not shown again. */
    record MadeAccount(String name, String password) {}

    /** A key just made; its token is not shown again. */
    record MadeKey(String id, String token, Instant expires) {}

    Response accounts(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(
                        screenContext.access().accounts().stream().map(AccountShape::of).toList(),
                        Optional.empty()));
    }

    Response addAccount(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String name = ApiRequest.text(body, "name");
        Optional<Role> role = Role.of(ApiRequest.text(body, "role"));
        if (role.isEmpty()) {
            return unfit("role: viewer, operator or admin");
        }
        String password = RandomSecrets.password();
        screenContext.orders().note(apiRequest.by(body), "account.add", List.of(name));
        try {
            screenContext.access().add(name, password, role.get(), apiRequest.now());
        } catch (AccessBook.Refused e) {
            return unfit(said(e));
        }
        return ApiRequest.json(201, new MadeAccount(name, password));
    }

    Response removeAccount(ApiRequest apiRequest) throws IOException {
        String name = apiRequest.part("name");
        if (screenContext.access().account(name).isEmpty()) {
            return ApiRequest.missing("account " + name);
        }
        screenContext.orders().note(apiRequest.by(Map.of()), "account.remove", List.of(name));
        try {
            screenContext.access().remove(name);
        } catch (AccessBook.Refused e) {
            return ApiRequest.problem(409, "Conflict", said(e));
        }
        screenContext.gate().endAll(name);
        return Response.empty(204);
    }

    Response keys(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(
                        screenContext.access().keys().stream()
                                .map(
                                        key ->
                                                KeyShape.of(
                                                        key,
                                                        screenContext.access(),
                                                        apiRequest.now()))
                                .toList(),
                        Optional.empty()));
    }

    Response addKey(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String name = ApiRequest.text(body, "name");
        Optional<Role> scope = Role.ofScope(ApiRequest.text(body, "scope"));
        if (scope.isEmpty()) {
            return unfit("scope: read, send, operate or admin");
        }
        String wanted = ApiRequest.text(body, "expires_in");
        Optional<Duration> life =
                wanted.isEmpty() ? Optional.of(AccessBook.KEY_LIFE) : Durations.parse(wanted);
        if (life.isEmpty()) {
            return unfit("expires_in: a time such as 90d");
        }
        screenContext.orders().note(apiRequest.by(body), "key.add", List.of(name));
        try {
            AccessBook.NewKey made =
                    screenContext
                            .access()
                            .addKey(
                                    name,
                                    scope.get(),
                                    new AccessBook.Maker(
                                            apiRequest.visitor().name(),
                                            apiRequest.visitor().account()),
                                    life.get(),
                                    apiRequest.now());
            return ApiRequest.json(
                    201, new MadeKey(made.entry().id(), made.token(), made.entry().expiry()));
        } catch (AccessBook.Refused e) {
            return unfit(said(e));
        }
    }

    Response removeKey(ApiRequest apiRequest) throws IOException {
        String id = apiRequest.part("id");
        if (screenContext.access().keys().stream().noneMatch(key -> key.id().equals(id))) {
            return ApiRequest.missing("API key " + id);
        }
        screenContext.orders().note(apiRequest.by(Map.of()), "key.remove", List.of(id));
        screenContext.access().removeKey(id);
        return Response.empty(204);
    }

    private static String said(AccessBook.Refused refused) {
        return Words.of(Language.EN).say(refused.key());
    }

    private static Response unfit(String why) {
        return ApiRequest.problem(422, "Unprocessable content", why);
    }
}
