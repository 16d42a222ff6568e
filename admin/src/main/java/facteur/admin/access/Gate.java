package facteur.admin.access;

import facteur.admin.web.Request;
import facteur.admin.web.Response;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Knows a visitor by cookie, by key, or by the token of the command line. */
public final class Gate {
    private static final String PLAIN = "facteur-session";
    // Tied to host, path and TLS by the browser itself (RFC 6265bis 4.1.3.2).
    private static final String SECURE = "__Host-" + PLAIN;

    private final AccessBook book;
    private final Sessions sessions = new Sessions();
    private final LoginThrottle throttle = new LoginThrottle();
    private final String commandLine;
    private final InstantSource clock;
    // Each takes 19 MiB for a while: a flood of logins must not take the heap.
    private final Semaphore hashing = new Semaphore(2);

    /** What a login came to. */
    public sealed interface Login {
        record Let(String cookie) implements Login {}

        record Wrong() implements Login {}

        record Wait(Duration left) implements Login {}
    }

    private Gate(AccessBook book, String commandLine, InstantSource clock) {
        this.book = book;
        this.commandLine = commandLine;
        this.clock = clock;
    }

    /** Opens the gate; makes the token of the command line if there is none. */
    public static Gate open(Path directory, AccessBook book, InstantSource clock)
            throws IOException {
        Path file = PrivateFile.directory(directory).resolve("cli-token");
        if (Files.notExists(file)) {
            PrivateFile.replace(file, (Secrets.token() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new Gate(book, Files.readString(file).strip(), clock);
    }

    public Optional<Visitor> identify(Request request) {
        Optional<String> authorization = request.header("authorization");
        if (authorization.isPresent()) {
            return authorization
                    .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                    .flatMap(value -> bearer(value.substring(7).strip()));
        }
        return request.cookie(cookieName(request))
                .flatMap(token -> sessions.find(token, clock.instant()))
                .flatMap(this::visitor);
    }

    private Optional<Visitor> visitor(Sessions.Session session) {
        // Looked up each time: a role taken away is gone with the next click.
        return book.account(session.account())
                .map(
                        account ->
                                new Visitor(
                                        account.name(),
                                        account.role(),
                                        Visitor.Means.SESSION,
                                        session.csrf()));
    }

    private Optional<Visitor> bearer(String token) {
        if (Secrets.equal(token, commandLine)) {
            return Optional.of(new Visitor("cli", Role.ADMIN, Visitor.Means.COMMAND_LINE, ""));
        }
        return book.key(token)
                .map(key -> new Visitor("key:" + key.name(), key.scope(), Visitor.Means.KEY, ""));
    }

    /** Tries name and password from {@code client}. */
    public Login login(String name, String password, String client) throws InterruptedException {
        String byName = "name " + name;
        String byClient = "client " + client;
        Duration left = longer(byName, byClient);
        if (left.isPositive()) {
            return new Login.Wait(left);
        }
        hashing.acquire();
        try {
            if (book.authenticate(name, password).isEmpty()) {
                throttle.failed(byName, clock.instant());
                throttle.failed(byClient, clock.instant());
                return new Login.Wrong();
            }
        } finally {
            hashing.release();
        }
        throttle.succeeded(byName);
        throttle.succeeded(byClient);
        return new Login.Let(sessions.begin(name, clock.instant()));
    }

    private Duration longer(String one, String other) {
        Duration first = throttle.wait(one, clock.instant());
        Duration second = throttle.wait(other, clock.instant());
        return first.compareTo(second) > 0 ? first : second;
    }

    public void logout(Request request) {
        request.cookie(cookieName(request)).ifPresent(sessions::end);
    }

    public void endAll(String account) {
        sessions.endAll(account);
    }

    /** Gives the session's cookie along; an empty value takes it away. */
    public static Response cookie(Request request, Response response, String value) {
        return response.with(
                "Set-Cookie",
                cookieName(request)
                        + "="
                        + value
                        + "; Path=/; HttpOnly; SameSite=Lax"
                        + (request.isSecure() ? "; Secure" : "")
                        + (value.isEmpty() ? "; Max-Age=0" : ""));
    }

    private static String cookieName(Request request) {
        return request.isSecure() ? SECURE : PLAIN;
    }
}
