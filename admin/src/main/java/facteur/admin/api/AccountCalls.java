package facteur.admin.api;

import facteur.admin.access.AccessBook;
import facteur.admin.access.Role;
import facteur.admin.access.Secrets;
import facteur.admin.language.Words;
import facteur.admin.screen.Desk;
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
final class AccountCalls {
    private final Desk desk;

    AccountCalls(Desk desk) {
        this.desk = desk;
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

    Response accounts(Call call) {
        return Call.ok(
                new Call.Items(
                        desk.access().accounts().stream().map(AccountShape::of).toList(),
                        Optional.empty()));
    }

    Response addAccount(Call call) throws IOException {
        Map<String, Object> body = call.body();
        String name = Call.text(body, "name");
        Optional<Role> role = Role.of(Call.text(body, "role"));
        if (role.isEmpty()) {
            return unfit("role: viewer, operator or admin");
        }
        String password = Secrets.password();
        desk.orders().note(call.by(body), "account.add", List.of(name));
        try {
            desk.access().add(name, password, role.get(), call.now());
        } catch (AccessBook.Refused e) {
            return unfit(said(e));
        }
        return Call.json(201, new MadeAccount(name, password));
    }

    Response removeAccount(Call call) throws IOException {
        String name = call.part("name");
        if (desk.access().account(name).isEmpty()) {
            return Call.missing("account " + name);
        }
        desk.orders().note(call.by(Map.of()), "account.remove", List.of(name));
        try {
            desk.access().remove(name);
        } catch (AccessBook.Refused e) {
            return Call.problem(409, "Conflict", said(e));
        }
        desk.gate().endAll(name);
        return Response.empty(204);
    }

    Response keys(Call call) {
        return Call.ok(
                new Call.Items(
                        desk.access().keys().stream()
                                .map(key -> KeyShape.of(key, desk.access(), call.now()))
                                .toList(),
                        Optional.empty()));
    }

    Response addKey(Call call) throws IOException {
        Map<String, Object> body = call.body();
        String name = Call.text(body, "name");
        Optional<Role> scope = Role.ofScope(Call.text(body, "scope"));
        if (scope.isEmpty()) {
            return unfit("scope: read, send, operate or admin");
        }
        String wanted = Call.text(body, "expires_in");
        Optional<Duration> life =
                wanted.isEmpty() ? Optional.of(AccessBook.KEY_LIFE) : Durations.parse(wanted);
        if (life.isEmpty()) {
            return unfit("expires_in: a time such as 90d");
        }
        desk.orders().note(call.by(body), "key.add", List.of(name));
        try {
            AccessBook.NewKey made =
                    desk.access()
                            .addKey(
                                    name,
                                    scope.get(),
                                    new AccessBook.Maker(
                                            call.visitor().name(), call.visitor().account()),
                                    life.get(),
                                    call.now());
            return Call.json(
                    201, new MadeKey(made.entry().id(), made.token(), made.entry().expiry()));
        } catch (AccessBook.Refused e) {
            return unfit(said(e));
        }
    }

    Response removeKey(Call call) throws IOException {
        String id = call.part("id");
        if (desk.access().keys().stream().noneMatch(key -> key.id().equals(id))) {
            return Call.missing("API key " + id);
        }
        desk.orders().note(call.by(Map.of()), "key.remove", List.of(id));
        desk.access().removeKey(id);
        return Response.empty(204);
    }

    private static String said(AccessBook.Refused refused) {
        return Words.of(Language.EN).say(refused.key());
    }

    private static Response unfit(String why) {
        return Call.problem(422, "Unprocessable content", why);
    }
}
