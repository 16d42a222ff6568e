package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mta.smtpd.netty.SmtpService.Security;
import facteur.testkit.smtp.ServerReply;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** AUTH (RFC 4954) and STARTTLS (RFC 3207) against a listener that wants TLS before a password. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginTest {
    private static final String GOOD = Door.plain("", Door.USER, Door.PASSWORD);
    private static final Duration A_MOMENT = Duration.ofMillis(300);

    private Door strict;
    private Door lenient;

    @BeforeAll
    void open(@TempDir Path directory) throws Exception {
        strict =
                new Door(
                        directory.resolve("strict"),
                        Door.Options.open().with(new SmtpSession.Rules(true, true, false, 5)));
        lenient = new Door(directory.resolve("lenient"), Door.Options.open());
    }

    @AfterAll
    void close() {
        strict.close();
        lenient.close();
    }

    private static void greetedAnd(Door door, Script script) throws Exception {
        try (SmtpTalk talk = door.connect()) {
            talk.greet("client.example");
            script.hold(talk);
        }
    }

    private interface Script {
        void hold(SmtpTalk talk) throws Exception;
    }

    @Test
    void without_auth_nobody_relays() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("MAIL FROM:<a@send.example>", 530);
                    talk.ask("MAIL FROM:<>", 530);
                    talk.ask("RCPT TO:<b@mx.example>", 503);
                    talk.ask("DATA", 503);
                });
    }

    @Test
    void auth_is_neither_offered_nor_taken_in_clear() throws Exception {
        try (SmtpTalk talk = strict.connect()) {
            ServerReply hello = talk.greet("client.example");
            assertFalse(hello.toString().contains("AUTH"), hello.toString());
            assertTrue(hello.toString().contains("STARTTLS"), hello.toString());
            talk.ask("AUTH PLAIN " + GOOD, 538);
            talk.ask("MAIL FROM:<a@send.example>", 530);
            talk.startTls();
            talk.ask("MAIL FROM:<a@send.example>", 503);
            ServerReply again = talk.ask("EHLO client.example", 250);
            assertTrue(
                    again.toString().contains("AUTH SCRAM-SHA-256 PLAIN LOGIN"), again.toString());
            assertFalse(again.toString().contains("STARTTLS"), again.toString());
            talk.ask("STARTTLS", 503);
            talk.ask("AUTH PLAIN " + GOOD, 235);
            talk.ask("MAIL FROM:<a@send.example>", 250);
        }
    }

    @Test
    void what_was_known_before_tls_is_forgotten() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("AUTH PLAIN " + GOOD, 235);
                    talk.startTls();
                    talk.ask("MAIL FROM:<a@send.example>", 503);
                    talk.ask("EHLO client.example", 250);
                    talk.ask("MAIL FROM:<a@send.example>", 530);
                });
    }

    @Test
    void commands_glued_behind_starttls_are_never_executed() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.sendRaw("STARTTLS\r\nEHLO evil.example\r\nAUTH PLAIN " + GOOD + "\r\n");
                    talk.expect(220);
                    assertTrue(talk.closedByPeer(), "closed at once");
                });
    }

    @Test
    void commands_glued_behind_starttls_are_never_executed_after_a_refused_data() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("DATA", 503);
                    talk.sendRaw("STARTTLS\r\nEHLO evil.example\r\n");
                    talk.expect(220);
                    assertTrue(talk.closedByPeer(), "closed at once");
                });
    }

    @Test
    void clear_text_instead_of_a_handshake_closes() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("STARTTLS", 220);
                    talk.send("EHLO evil.example");
                    assertTrue(closesWithoutReply(talk));
                });
    }

    /** A TLS alert may come before the end; an SMTP reply may not. */
    private static boolean closesWithoutReply(SmtpTalk talk) {
        try {
            while (true) {
                ServerReply reply = talk.read();
                assertFalse(reply.code() > 0, "executed: " + reply);
            }
        } catch (java.io.IOException ended) {
            return true;
        }
    }

    @Test
    void a_listener_without_tls_offers_none(@TempDir Path directory) throws Exception {
        try (Door clear = new Door(directory, Door.Options.open().with(Security.NONE));
                SmtpTalk talk = clear.connect()) {
            assertFalse(talk.greet("client.example").toString().contains("STARTTLS"));
            ServerReply refused = talk.send("STARTTLS").read();
            assertTrue(refused.code() >= 500, refused.toString());
        }
    }

    @Test
    void implicit_tls_greets_inside(@TempDir Path directory) throws Exception {
        try (Door implicit = new Door(directory, Door.Options.open().with(Security.IMPLICIT));
                SmtpTalk talk = SmtpTalk.connectTls(implicit.address())) {
            assertFalse(talk.greet("client.example").toString().contains("STARTTLS"));
            talk.ask("AUTH PLAIN " + GOOD, 235);
        }
    }

    @Test
    void plain_and_login_in_every_form() throws Exception {
        greetedAnd(lenient, talk -> talk.ask("AUTH PLAIN " + GOOD, 235));
        greetedAnd(lenient, talk -> talk.ask("auth plain " + GOOD, 235));
        greetedAnd(
                lenient,
                talk -> {
                    talk.send("AUTH PLAIN");
                    assertEquals("334", talk.readLine().strip(), "an empty challenge");
                    talk.ask(GOOD, 235);
                });
        greetedAnd(
                lenient,
                talk ->
                        talk.ask(
                                "AUTH PLAIN " + Door.plain(Door.USER, Door.USER, Door.PASSWORD),
                                235));
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("AUTH LOGIN", 334);
                    talk.ask(Door.base64(Door.USER), 334);
                    talk.ask(Door.base64(Door.PASSWORD), 235);
                });
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("AUTH LOGIN " + Door.base64(Door.USER), 334);
                    talk.ask(Door.base64(Door.PASSWORD), 235);
                });
    }

    @Test
    void auth_before_ehlo_is_refused() throws Exception {
        try (SmtpTalk talk = lenient.connect()) {
            talk.expect(220);
            talk.ask("AUTH PLAIN " + GOOD, 503);
        }
    }

    @Test
    void a_star_cancels() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("AUTH PLAIN", 334);
                    talk.ask("*", 501);
                    talk.ask("AUTH LOGIN", 334);
                    talk.ask("*", 501);
                    talk.ask("AUTH LOGIN", 334);
                    talk.ask(Door.base64(Door.USER), 334);
                    talk.ask("*", 501);
                    talk.ask("NOOP", 250);
                    talk.ask("AUTH PLAIN " + GOOD, 235);
                });
    }

    @Test
    void what_is_no_base64_is_a_syntax_error_and_no_failed_login() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    for (int i = 0; i < 5; i++) {
                        talk.ask("AUTH PLAIN %%%", 501);
                        talk.ask("AUTH PLAIN " + Door.base64("no separators"), 501);
                    }
                    talk.ask("AUTH LOGIN", 334);
                    talk.ask("%%%", 501);
                    talk.ask("AUTH PLAIN =", 501);
                    talk.ask("AUTH", 501);
                    talk.ask("AUTH CRAM-MD5", 504);
                    talk.ask("AUTH PLAIN " + GOOD, 235);
                });
    }

    @Test
    void somebody_elses_authorization_identity_is_refused() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.ask("AUTH PLAIN " + Door.plain("boss", Door.USER, Door.PASSWORD), 535);
                    talk.ask("MAIL FROM:<a@send.example>", 530);
                });
    }

    @Test
    void wrong_passwords_are_slowed_and_the_third_ends_the_connection() throws Exception {
        greetedAnd(
                lenient,
                talk -> {
                    talk.send("AUTH PLAIN " + Door.plain("", Door.USER, "wrong"));
                    assertTrue(talk.silentFor(A_MOMENT), "one who guesses has to wait");
                    ServerReply wrong = talk.expect(535);
                    ServerReply nobody =
                            talk.ask("AUTH PLAIN " + Door.plain("", "nobody", "x"), 535);
                    assertEquals(wrong.toString(), nobody.toString(), "user or no user");
                    talk.ask("AUTH PLAIN " + Door.plain("", Door.USER, ""), 421);
                    assertTrue(talk.closedByPeer());
                });
    }
}
