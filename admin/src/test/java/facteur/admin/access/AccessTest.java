package facteur.admin.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.password.PasswordHash;
import facteur.config.password.bouncycastle.Argon2id;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class AccessTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path directory;

    /** Only for what has nothing to do with hashing. */
    private static final class Plain implements PasswordHash {
        @Override
        public String hash(String password) {
            return "plain:" + password;
        }

        @Override
        public boolean matches(String password, String hash) {
            return hash.equals("plain:" + password);
        }
    }

    private AccessBook book() throws Exception {
        return AccessBook.open(directory, new Plain());
    }

    @Test
    void accounts_and_keys_are_there_after_a_restart() throws Exception {
        AccessBook before = book();
        before.add("admin", "a long password", Role.ADMIN, NOON);
        String token = before.addKey("crm", Role.OPERATOR, "admin", NOON).token();
        AccessBook after = book();
        assertEquals(
                Role.ADMIN, after.authenticate("admin", "a long password").orElseThrow().role());
        assertEquals("crm", after.key(token).orElseThrow().name());
        assertEquals(Optional.empty(), after.key(token + "x"));
        assertFalse(Files.readString(directory.resolve("accounts.json")).contains(token));
    }

    @Test
    void the_last_administrator_cannot_be_removed() throws Exception {
        AccessBook book = book();
        book.add("admin", "a long password", Role.ADMIN, NOON);
        book.add("olga", "a long password", Role.OPERATOR, NOON);
        AccessBook.Refused refused =
                assertThrows(AccessBook.Refused.class, () -> book.remove("admin"));
        assertEquals("access.last_admin", refused.key());
        book.remove("olga");
        assertEquals(1, book.accounts().size());
    }

    @Test
    void short_passwords_and_odd_names_are_refused() throws Exception {
        AccessBook book = book();
        assertThrows(AccessBook.Refused.class, () -> book.add("admin", "short", Role.ADMIN, NOON));
        for (String name : List.of("", "Admin", "a b", "<script>", "x".repeat(65))) {
            assertThrows(
                    AccessBook.Refused.class,
                    () -> book.add(name, "a long password", Role.ADMIN, NOON),
                    name);
        }
    }

    @Test
    void argon2id_knows_its_own_hashes_and_those_of_others() {
        Argon2id argon = new Argon2id();
        String hash = argon.hash("correct horse");
        assertTrue(hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), hash);
        assertTrue(argon.matches("correct horse", hash));
        assertFalse(argon.matches("Correct horse", hash));
        assertFalse(argon.matches("correct horse", "$argon2id$broken"));
        // Made by the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16
        assertTrue(
                argon.matches(
                        "password",
                        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                                + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"));
    }

    @Test
    void sessions_end_after_half_a_day_of_rest_and_after_a_week_in_any_case() {
        Sessions sessions = new Sessions();
        String token = sessions.begin("admin", NOON);
        Instant later = NOON.plus(Duration.ofHours(11));
        assertTrue(sessions.find(token, later).isPresent());
        assertTrue(sessions.find(token, later.plus(Duration.ofHours(11))).isPresent());
        assertTrue(sessions.find(token, later.plus(Duration.ofHours(24))).isEmpty());
        String busy = sessions.begin("admin", NOON);
        for (int hours = 0; hours <= 7 * 24; hours += 6) {
            assertTrue(sessions.find(busy, NOON.plus(Duration.ofHours(hours))).isPresent());
        }
        assertTrue(sessions.find(busy, NOON.plus(Duration.ofHours(7 * 24 + 1))).isEmpty());
    }

    @Test
    void sessions_are_bounded_and_the_longest_unused_goes_first() {
        Sessions sessions = new Sessions();
        String first = sessions.begin("admin", NOON);
        String second = sessions.begin("admin", NOON.plusSeconds(1));
        for (int i = 2; i <= Sessions.MOST; i++) {
            sessions.begin("admin", NOON.plusSeconds(i));
        }
        Instant now = NOON.plusSeconds(Sessions.MOST);
        assertTrue(sessions.find(first, now).isEmpty());
        assertTrue(sessions.find(second, now).isPresent());
    }

    @Test
    void guesses_wait_longer_and_longer_up_to_a_quarter_of_an_hour() {
        LoginThrottle throttle = new LoginThrottle();
        Instant now = NOON;
        for (int i = 0; i < 4; i++) {
            throttle.failed("x", now);
        }
        assertEquals(Duration.ZERO, throttle.wait("x", now));
        throttle.failed("x", now);
        assertEquals(Duration.ofSeconds(1), throttle.wait("x", now));
        throttle.failed("x", now);
        assertEquals(Duration.ofSeconds(2), throttle.wait("x", now));
        for (int i = 0; i < 100; i++) {
            throttle.failed("x", now);
        }
        assertEquals(Duration.ofMinutes(15), throttle.wait("x", now));
        assertEquals(Duration.ZERO, throttle.wait("x", now.plus(Duration.ofHours(2))));
        throttle.succeeded("x");
        assertEquals(Duration.ZERO, throttle.wait("x", now));
    }

    @Test
    void the_throttle_remembers_a_bounded_number_of_guessers() {
        LoginThrottle throttle = new LoginThrottle();
        for (int i = 0; i < 5; i++) {
            throttle.failed("first", NOON);
        }
        for (int i = 0; i < LoginThrottle.MOST; i++) {
            throttle.failed("other " + i, NOON);
        }
        assertEquals(Duration.ZERO, throttle.wait("first", NOON));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,true",
        "localhost:8080,true",
        "127.0.0.1:8080,true",
        "[::1]:8080,true",
        "192.0.2.7,true",
        "mail.example.org,true",
        "MAIL.example.org:80,true",
        "evil.example,false",
        "mail.example.org.evil.example,false",
        "127.0.0.1.evil.example,false",
        "'',false",
        "[::1,false",
        "localhost.evil.example,false"
    })
    void only_own_names_and_addresses_are_answered(String host, boolean allowed) {
        assertEquals(allowed, new HostGuard(List.of("mail.example.org")).allows(host));
    }

    @Test
    void the_audit_log_tells_the_newest_first_and_survives_a_torn_line() throws Exception {
        AuditLog log = new AuditLog(directory);
        assertEquals(List.of(), log.latest(10));
        for (int i = 0; i < 3; i++) {
            log.append(List.of(new AuditLog.Line(NOON, "admin", "::1", "a" + i, "s\n", "d")));
        }
        Files.write(
                directory.resolve("audit.log"),
                "{\"at\":\"20".getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.APPEND);
        assertEquals(
                List.of("a2", "a1"), log.latest(2).stream().map(AuditLog.Line::action).toList());
        assertEquals("s\n", log.latest(1).getFirst().subject());
    }
}
