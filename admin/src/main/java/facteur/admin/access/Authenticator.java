package facteur.admin.access;

import facteur.admin.web.Request;
import facteur.admin.web.Response;
import facteur.config.access.LoginThrottle;
import facteur.mail.file.AtomicFile;
import facteur.mail.file.PrivateFiles;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Knows a visitor by cookie, by key, or by the token of the command line. */
public final class Authenticator {
    private static final Logger log = LoggerFactory.getLogger(Authenticator.class);

    /** Longer than any account's name. */
    private static final int MAX_NAME = 100;

    private static final String PLAIN = "facteur-session";
    // Tied to host, path and TLS by the browser itself (RFC 6265bis 4.1.3.2).
    private static final String SECURE = "__Host-" + PLAIN;

    /** People mistype; an administrator who has to wait for others is kept out. */
    private static final LoginThrottle.Policy GUESSES =
            new LoginThrottle.Policy(
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(15),
                    Duration.ofHours(1),
                    100,
                    100,
                    Duration.ofHours(1));

    private final AccessBook book;
    private final Sessions sessions = new Sessions();
    private final LoginThrottle throttle;
    private final String commandLine;
    private final InstantSource clock;
    // Each takes 19 MiB and a core for a while: a flood of logins must take neither.
    private final Semaphore hashing = new Semaphore(1);
    // Who logged in from there before does not queue behind those who guess.
    private final Semaphore hashingOfKnown = new Semaphore(1);

    /** What a login came to. */
    public sealed interface Login {
        record Let(String cookie) implements Login {}

        record Wrong() implements Login {}

        record Wait(Duration left) implements Login {}
    }

    private Authenticator(
            AccessBook book,
            String commandLine,
            InstantSource clock,
            Consumer<InetAddress> refused) {
        this.throttle = new LoginThrottle(GUESSES, refused);
        this.book = book;
        this.commandLine = commandLine;
        this.clock = clock;
    }

    /**
     * Opens the gate; makes the token of the command line if there is none, or none in its file, as
     * after a copy to a full disk: nobody may come in with an empty one.
     *
     * @param refused is told of each client whose login is refused
     */
    public static Authenticator open(
            Path directory, AccessBook book, InstantSource clock, Consumer<InetAddress> refused)
            throws IOException {
        Path file = PrivateFiles.directory(directory).resolve("cli-token");
        if (Files.notExists(file) || Files.readString(file).isBlank()) {
            AtomicFile.replace(
                    file, (RandomSecrets.token() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new Authenticator(book, Files.readString(file).strip(), clock, refused);
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
                                        Optional.of(account.name()),
                                        session.csrf()));
    }

    private Optional<Visitor> bearer(String token) {
        if (RandomSecrets.equal(token, commandLine)) {
            return Optional.of(
                    new Visitor(
                            "cli", Role.ADMIN, Visitor.Means.COMMAND_LINE, Optional.empty(), ""));
        }
        Optional<AccessBook.ApiKey> known = book.key(token, clock.instant());
        known.ifPresent(this::noteUse);
        return known.map(
                key ->
                        new Visitor(
                                "key:" + key.name(),
                                key.scope(),
                                Visitor.Means.KEY,
                                key.account(),
                                ""));
    }

    private void noteUse(AccessBook.ApiKey key) {
        try {
            book.used(key, clock.instant());
        } catch (IOException e) {
            // The key is as good as before; only the list does not say when it was used.
            log.warn("failed to record the use of API key {}: {}", key.id(), e.getMessage());
        }
    }

    /** Tries name and password from {@code client}. */
    public Login login(String name, String password, InetAddress client)
            throws InterruptedException {
        String asked = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
        Duration left = throttle.wait(asked, client, clock.instant());
        if (left.isPositive()) {
            return new Login.Wait(left);
        }
        Semaphore turn =
                throttle.isKnown(asked, client, clock.instant()) ? hashingOfKnown : hashing;
        turn.acquire();
        try {
            if (book.authenticate(name, password).isEmpty()) {
                throttle.failed(asked, client, clock.instant());
                return new Login.Wrong();
            }
        } finally {
            turn.release();
        }
        throttle.succeeded(asked, client, clock.instant());
        return new Login.Let(sessions.begin(name, clock.instant()));
    }

    /** The same for a visitor who is logged in and is asked again; begins no session. */
    public boolean confirms(String name, String password, InetAddress client)
            throws InterruptedException {
        if (throttle.wait(name, client, clock.instant()).isPositive()) {
            return false;
        }
        hashingOfKnown.acquire();
        try {
            boolean right = book.authenticate(name, password).isPresent();
            if (!right) {
                throttle.failed(name, client, clock.instant());
            }
            return right;
        } finally {
            hashingOfKnown.release();
        }
    }

    public void logout(Request request) {
        request.cookie(cookieName(request)).ifPresent(sessions::end);
    }

    public void endAll(String account) {
        sessions.endAll(account);
        throttle.forget(account);
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
