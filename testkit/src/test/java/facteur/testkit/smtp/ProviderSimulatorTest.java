package facteur.testkit.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

class ProviderSimulatorTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String MAIL = "Subject: hello\r\nMessage-ID: <1@lab>\r\n\r\nText.\r\n";

    private ProviderSimulator server;

    @BeforeEach
    void start() throws IOException {
        server = ProviderSimulator.start(plain().build());
    }

    private SmtpTalk talkTo(ProviderOptions.Builder options) throws IOException {
        server.close();
        server = ProviderSimulator.start(options.build());
        return SmtpTalk.connect(server.address());
    }

    private static ProviderOptions.Builder plain() {
        return ProviderOptions.with("plain");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_message_is_in_the_log_as_it_was_before_dot_stuffing() throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("client.lab");
            String mail = "Subject: x\r\n\r\n.one dot\r\n..two\r\n.\u00e9\r\n\r\n";
            assertEquals(250, talk.deliver("a@send.lab", "b@plain.lab", mail).code());
            TakenMessage takenMessage = server.log().awaitFor("b@plain.lab", SOON);
            assertEquals(mail, takenMessage.text());
            assertEquals("a@send.lab", takenMessage.mailFrom());
            assertEquals("client.lab", takenMessage.helo());
            assertEquals(1, takenMessage.connection());
            assertEquals("x", takenMessage.header("subject").orElseThrow());
        }
    }

    @Test
    void a_group_of_commands_is_answered_one_by_one_in_order() throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.send(
                    "MAIL FROM:<a@b.lab>", "RCPT TO:<unknown@p.lab>", "RCPT TO:<ok@p.lab>", "DATA");
            talk.expectAll(250, 550, 250, 354);
            talk.sendMessage(MAIL.getBytes(StandardCharsets.UTF_8)).expect(250);
            assertEquals(
                    Set.of("ok@p.lab"), Set.copyOf(server.log().all().getFirst().recipients()));
            talk.ask("QUIT", 221);
            assertTrue(talk.closedByPeer());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unknown.1, 550, 5.1.1",
        "disabled+x, 550, 5.2.1",
        "inactive, 550, 5.2.1",
        "full7, 452, 4.2.2",
        "overquota, 552, 5.2.2",
        "greylist-a, 451, 4.7.1",
        "defer, 451, 4.3.0",
        "blocked, 550, 5.7.1",
        "ratelimit, 421, 4.7.28",
    })
    void the_local_part_chooses_the_refusal(String local, int code, String enhanced)
            throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            ServerReply reply = talk.ask("RCPT TO:<" + local + "@p.lab>", code);
            assertTrue(reply.lines().getFirst().startsWith(enhanced), reply.toString());
            assertEquals(code == 421, code == 421 && talk.closedByPeer());
            assertEquals(1, server.counts().refusals().get(code));
        }
    }

    @Test
    void one_who_is_too_much_closes_the_door_for_everybody_for_a_while() throws IOException {
        List<Integer> codes = new ArrayList<>();
        talkTo(plain().pauseFor(Duration.ofHours(1))).close();
        for (String local : List.of("anne", "overload.bob", "anne", "overload.bob")) {
            try (var talk = SmtpTalk.connect(server.address())) {
                talk.greet("c");
                talk.ask("MAIL FROM:<a@b.lab>", 250);
                codes.add(talk.send("RCPT TO:<" + local + "@p.lab>").read().code());
            }
        }
        assertEquals(List.of(250, 421, 421, 421), codes);
    }

    @Test
    void a_greylisted_pair_is_taken_after_its_time() throws IOException {
        try (var talk = talkTo(plain().greylistFor(Duration.ofMillis(1)))) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            int code = talk.send("RCPT TO:<greylist@p.lab>").read().code();
            assertEquals(451, code);
            while (code == 451) {
                code = talk.send("RCPT TO:<greylist@p.lab>").read().code();
            }
            assertEquals(250, code);
        }
    }

    @Test
    void deferonce_is_taken_the_second_time() throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            talk.ask("RCPT TO:<deferonce@p.lab>", 451);
            talk.ask("RCPT TO:<deferonce@p.lab>", 250);
        }
    }

    @ParameterizedTest
    @CsvSource({"spam, 554", "toolarge, 552"})
    void some_messages_are_refused_after_the_final_dot(String local, int code) throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            assertEquals(code, talk.deliver("a@b.lab", local + "@p.lab", MAIL).code());
            assertEquals(0, server.counts().messages());
            assertEquals(250, talk.deliver("a@b.lab", "ok@p.lab", MAIL).code());
        }
    }

    @Test
    void drop_closes_at_rcpt() throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            assertTrue(talk.send("RCPT TO:<drop@p.lab>").closedByPeer());
        }
    }

    @ParameterizedTest
    @CsvSource({"dropdata", "dropdot"})
    void a_connection_may_go_in_the_middle_of_a_message_or_after_it(String local)
            throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            talk.ask("RCPT TO:<" + local + "@p.lab>", 250);
            talk.ask("DATA", 354);
            assertTrue(talk.sendMessage(MAIL.getBytes(StandardCharsets.UTF_8)).closedByPeer());
            assertEquals(0, server.counts().messages());
        }
    }

    @ParameterizedTest
    @CsvSource({"stall", "stalldata"})
    void a_stall_says_nothing(String local) throws IOException {
        try (var talk = talkTo(plain())) {
            stall(talk, local);
            assertTrue(talk.silentFor(Duration.ofMillis(50)));
            assertEquals(1, server.counts().openConnections());
        }
    }

    @ParameterizedTest
    @CsvSource({"stall", "stalldata"})
    void a_stall_ends_with_a_close(String local) throws IOException {
        try (var talk = talkTo(plain().stallFor(Duration.ofMillis(1)))) {
            stall(talk, local);
            assertTrue(talk.closedByPeer());
        }
    }

    private static void stall(SmtpTalk talk, String local) throws IOException {
        talk.greet("c");
        talk.ask("MAIL FROM:<a@b.lab>", 250);
        talk.send("RCPT TO:<" + local + "@p.lab>");
        if (local.equals("stalldata")) {
            talk.expect(250);
            talk.ask("DATA", 354);
            talk.sendMessage(MAIL.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void starttls_forgets_the_hello_and_marks_the_message() throws IOException {
        try (var talk = talkTo(plain())) {
            assertTrue(talk.greet("c").lines().contains("STARTTLS"));
            talk.startTls().ask("MAIL FROM:<a@b.lab>", 503);
            assertFalse(talk.ask("EHLO c", 250).lines().contains("STARTTLS"));
            talk.deliver("a@b.lab", "ok@p.lab", MAIL);
            assertTrue(server.log().all().getFirst().tls());
            assertEquals(1, server.counts().tlsConnections());
        }
    }

    @Test
    void tls_may_be_required_or_broken() throws IOException {
        try (var talk = talkTo(plain().tls(TlsMode.REQUIRED))) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 530);
        }
        try (var talk = talkTo(plain().tls(TlsMode.BROKEN_HANDSHAKE))) {
            talk.greet("c");
            assertThrows(IOException.class, talk::startTls);
        }
    }

    @Test
    void words_after_starttls_are_an_offence() throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.send("STARTTLS", "NOOP").expect(554);
            assertTrue(talk.closedByPeer());
            assertEquals(1, server.counts().violations());
        }
    }

    @Test
    void a_group_without_pipelining_is_an_offence() throws IOException {
        try (var talk = talkTo(plain().extensions(Set.of()))) {
            talk.greet("c");
            talk.send("MAIL FROM:<a@b.lab>", "RCPT TO:<ok@p.lab>").expect(554);
            assertEquals(1, server.counts().violations());
        }
    }

    @Test
    void a_bare_line_feed_ends_neither_a_line_nor_a_message() throws IOException {
        try (var talk = talkTo(plain())) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            talk.ask("RCPT TO:<ok@p.lab>", 250);
            talk.ask("DATA", 354);
            talk.sendRaw("Subject: x\r\n\r\none\n.\nMAIL FROM:<smuggled@b.lab>\r\n.\r\n")
                    .expect(550);
            talk.sendRaw("NOOP\nNOOP\r\n").expect(500);
            assertEquals(2, server.counts().violations());
        }
    }

    @Test
    void chunks_make_a_message() throws IOException {
        try (var talk = talkTo(plain())) {
            assertTrue(talk.greet("c").lines().contains("CHUNKING"));
            talk.send(
                    "MAIL FROM:<a@b.lab> BODY=8BITMIME SIZE=20", "RCPT TO:<ok@p.lab> NOTIFY=NEVER");
            talk.expectAll(250, 250);
            talk.sendRaw("BDAT 14\r\nSubject: x\r\n\r\nBDAT 3 LAST\r\n.\r\n").expectAll(250, 250);
            TakenMessage takenMessage = server.log().all().getFirst();
            assertEquals("Subject: x\r\n\r\n.\r\n", takenMessage.text());
            assertEquals("8BITMIME", takenMessage.parameters().get("BODY"));
            assertEquals("NOTIFY=NEVER", takenMessage.recipientParameters().getFirst());
        }
    }

    @Test
    void sizes_are_held_to_when_announced_and_when_sent() throws IOException {
        try (var talk = talkTo(plain().sizeLimit(100))) {
            assertTrue(talk.greet("c").lines().contains("SIZE 100"));
            talk.ask("MAIL FROM:<a@b.lab> SIZE=101", 552);
            assertEquals(
                    552,
                    talk.deliver("a@b.lab", "ok@p.lab", "X: " + "x".repeat(200) + "\r\n\r\n")
                            .code());
        }
    }

    @Test
    void what_was_not_offered_is_not_understood() throws IOException {
        try (var talk = talkTo(plain().extensions(Set.of()).sizeLimit(0))) {
            talk.greet("c");
            for (String parameter :
                    new String[] {"SIZE=1", "BODY=8BITMIME", "SMTPUTF8", "RET=HDRS", "FOO=1"}) {
                talk.ask("MAIL FROM:<a@b.lab> " + parameter, 555);
            }
            talk.ask("MAIL FROM: <a@b.lab>", 501);
            talk.ask("MAIL FROM:<\u00e9@b.lab>", 553);
            talk.ask("MAIL FROM:<>", 250);
            talk.ask("RCPT TO:<a@b.lab> NOTIFY=NEVER", 555);
            talk.ask("RCPT TO:<\"a > b\"@b.lab>", 250);
            talk.ask("BOGUS", 502);
        }
    }

    @Test
    void more_connections_than_allowed_are_turned_away_with_421() throws IOException {
        try (var first = talkTo(plain().maxConnections(1))) {
            first.greet("c");
            try (var second = SmtpTalk.connect(server.address())) {
                second.expect(421);
                assertTrue(second.closedByPeer());
            }
            assertEquals(2, server.counts().peakConnections());
        }
    }

    @Test
    void messages_per_connection_and_recipients_per_message_are_limited() throws IOException {
        try (var talk = talkTo(plain().messagesPerConnection(1).recipientsPerMessage(1))) {
            talk.greet("c");
            talk.ask("MAIL FROM:<a@b.lab>", 250);
            talk.ask("RCPT TO:<a@p.lab>", 250);
            talk.ask("RCPT TO:<b@p.lab>", 452);
            talk.ask("DATA", 354);
            talk.sendMessage(MAIL.getBytes(StandardCharsets.UTF_8)).expect(250);
            talk.ask("MAIL FROM:<a@b.lab>", 421);
            assertTrue(talk.closedByPeer());
        }
    }

    @Test
    void a_server_may_refuse_everybody_or_take_many_lines() throws IOException {
        try (var talk = talkTo(plain().greeting(ServerReply.of(554, "5.3.2 No mail here")))) {
            talk.expect(554);
            talk.ask("EHLO c", 503);
            talk.ask("QUIT", 221);
        }
        try (var talk = talkTo(plain().severalLines(true))) {
            assertEquals(3, talk.expect(220).lines().size());
        }
    }

    @Test
    void a_provider_can_have_any_loopback_address() throws IOException {
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.8.9.10"), 0);
        try (var talk = talkTo(ProviderOptions.with("gmail").listen(address))) {
            assertTrue(talk.expect(220).lines().getFirst().endsWith("- gsmtp"));
            assertEquals(InetAddress.ofLiteral("127.8.9.10"), server.address().getAddress());
        }
    }

    @Test
    void nothing_but_loopback_is_listened_on() {
        var everywhere = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);
        assertThrows(IllegalArgumentException.class, () -> plain().listen(everywhere).build());
    }

    static List<String> presets() {
        return ProviderPreset.names();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void each_provider_has_well_formed_words_for_everything(String preset) {
        for (Situation situation : Situation.values()) {
            ServerReply reply =
                    ProviderPreset.named(preset)
                            .reply(situation, Map.of("to", "a@b.lab", "host", "mx.lab"));
            for (String line : reply.lines()) {
                assertTrue(
                        line.length() < 508 && !line.contains("{"),
                        preset + " " + situation + ": " + line);
            }
        }
    }

    @Test
    void only_the_last_messages_are_kept() throws IOException {
        try (var talk = talkTo(plain().keep(2, 1_000))) {
            talk.greet("c");
            for (int i = 0; i < 5; i++) {
                talk.deliver("a@b.lab", "ok" + i + "@p.lab", MAIL);
            }
            assertEquals(2, server.log().all().size());
            assertEquals(5, server.log().total());
            talk.deliver("a@b.lab", "big@p.lab", "X: y\r\n\r\n" + "0123456789\r\n".repeat(100));
            assertEquals(0, server.log().all().size());
        }
    }
}
