package facteur.admin.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.password.PasswordHash;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.mail.file.AtomicFile;
import facteur.mail.file.PrivateFiles;

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

    private static final AccessBook.Maker ADMIN =
            new AccessBook.Maker("admin", Optional.of("admin"));

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
    void an_empty_token_of_the_command_line_is_made_anew() throws Exception {
        Path file = PrivateFiles.directory(directory).resolve("cli-token");
        for (String left : List.of("", "\n")) {
            AtomicFile.replace(file, left.getBytes(StandardCharsets.UTF_8));
            Authenticator.open(directory, book(), () -> NOON, _ -> {});
            String made = Files.readString(file);
            assertTrue(made.strip().length() > 20, made);
            Authenticator.open(directory, book(), () -> NOON, _ -> {});
            assertEquals(made, Files.readString(file));
        }
    }

    @Test
    void accounts_and_keys_are_there_after_a_restart() throws Exception {
        AccessBook before = book();
        before.add("admin", "a long password", Role.ADMIN, NOON);
        String token =
                before.addKey("crm", Role.OPERATOR, ADMIN, AccessBook.KEY_LIFE, NOON).token();
        AccessBook after = book();
        assertEquals(
                Role.ADMIN, after.authenticate("admin", "a long password").orElseThrow().role());
        assertEquals("crm", after.key(token, NOON).orElseThrow().name());
        assertEquals(Optional.empty(), after.key(token + "x", NOON));
        assertFalse(Files.readString(directory.resolve("accounts.json")).contains(token));
    }

    @Test
    void a_key_ends_with_its_time_and_with_its_account() throws Exception {
        AccessBook book = book();
        book.add("admin", "a long password", Role.ADMIN, NOON);
        book.add("olga", "a long password", Role.ADMIN, NOON);
        book.add("vera", "a long password", Role.VIEWER, NOON);
        AccessBook.Maker olga = new AccessBook.Maker("olga", Optional.of("olga"));
        String month = book.addKey("month", Role.VIEWER, olga, Duration.ofDays(30), NOON).token();
        String owners =
                book.addKey(
                                "owner",
                                Role.ADMIN,
                                new AccessBook.Maker("cli", Optional.empty()),
                                AccessBook.KEY_LIFE,
                                NOON)
                        .token();
        String tooMuch =
                book.addKey(
                                "too much",
                                Role.OPERATOR,
                                new AccessBook.Maker("vera", Optional.of("vera")),
                                AccessBook.KEY_LIFE,
                                NOON)
                        .token();
        Instant last = NOON.plus(Duration.ofDays(30)).minusSeconds(1);
        assertTrue(book.key(month, last).isPresent());
        assertTrue(book.key(month, last.plusSeconds(1)).isEmpty());
        assertTrue(book.key(owners, NOON.plus(Duration.ofDays(364))).isPresent());
        assertTrue(book.key(owners, NOON.plus(Duration.ofDays(365))).isEmpty());
        assertTrue(book.key(tooMuch, NOON).isEmpty(), "more than its account may");
        book.remove("olga");
        assertTrue(book.key(month, NOON).isEmpty());
        assertEquals(2, book.keys().size());
        book.add("olga", "a long password", Role.ADMIN, NOON);
        assertTrue(book.key(month, NOON).isEmpty(), "another olga");
        for (Duration life : List.of(Duration.ZERO, Duration.ofDays(5 * 365 + 1))) {
            assertThrows(
                    AccessBook.Refused.class,
                    () -> book.addKey("x", Role.VIEWER, ADMIN, life, NOON));
        }
        for (String name :
                List.of("", " ", "a\nb", "a\u0000", "\u202ecrm", "\u200b", "x".repeat(101))) {
            AccessBook.Refused refused =
                    assertThrows(
                            AccessBook.Refused.class,
                            () -> book.addKey(name, Role.VIEWER, ADMIN, AccessBook.KEY_LIFE, NOON));
            assertEquals("access.bad_key_name", refused.key());
        }
    }

    @Test
    void when_a_key_was_used_is_written_once_a_day() throws Exception {
        AccessBook book = book();
        book.add("admin", "a long password", Role.ADMIN, NOON);
        String token = book.addKey("crm", Role.VIEWER, ADMIN, AccessBook.KEY_LIFE, NOON).token();
        int writes = 0;
        Object before = "";
        for (int hour = 0; hour < 72; hour++) {
            Instant now = NOON.plus(Duration.ofHours(hour));
            book.used(book.key(token, now).orElseThrow(), now);
            Object after = Files.readAttributes(file(), "unix:ino,ctime").toString();
            writes += after.equals(before) ? 0 : 1;
            before = after;
        }
        assertTrue(writes <= 4, writes + " writes");
        assertEquals(Optional.of(NOON.plus(Duration.ofDays(2))), book().keys().getFirst().used());
    }

    private Path file() {
        return directory.resolve("accounts.json");
    }

    @Test
    void what_a_role_covers() {
        assertTrue(Role.ADMIN.covers(Role.SENDER));
        assertTrue(Role.ADMIN.covers(Role.VIEWER));
        assertTrue(Role.OPERATOR.covers(Role.VIEWER));
        assertTrue(Role.SENDER.covers(Role.SENDER));
        assertFalse(Role.VIEWER.covers(Role.SENDER));
        assertFalse(Role.SENDER.covers(Role.VIEWER));
        assertFalse(Role.VIEWER.covers(Role.OPERATOR));
        assertEquals(Optional.of(Role.SENDER), Role.ofScope("send"));
        assertEquals(Optional.of(Role.OPERATOR), Role.ofScope("operate"));
        assertEquals(Optional.of(Role.VIEWER), Role.ofScope("viewer"));
        assertEquals(Optional.empty(), Role.of("sender"), "not for accounts");
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
