package facteur.testkit.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class SmtpScriptTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final SmtpScript DIALOGUE =
            SmtpScript.parse(
                    """
                    # a whole delivery
                    deliver <a@send.example> to <ok@mx.example>
                    S: 220 mx.example ESMTP
                    C: EHLO *
                    S: 250-mx.example
                    S: 250 STARTTLS            # RFC 3207
                    C: STARTTLS
                    S: 220 go on
                    S: <tls>
                    C: EHLO *
                    S: 250 mx.example #1
                    C: MAIL FROM:<a@send.example>
                    C: RCPT TO:<ok@mx.example>
                    C: DATA
                    S: 250 ok
                    S: 250 ok
                    S: 354 go on
                    C: <message>
                    S: <wait 1ms>
                    S: 250 taken
                    S: <close>
                    => ok@mx.example delivered
                    """);

    @Test
    void a_script_can_be_played_from_both_sides() throws Exception {
        try (ScriptedServer server = ScriptedServer.play(DIALOGUE);
                SmtpTalk client = SmtpTalk.connect(server.address())) {
            DIALOGUE.playClient(client);
            server.verify(SOON);
        }
    }

    @Test
    void lines_of_others_are_kept_for_the_caller() {
        assertEquals(
                List.of(
                        "deliver <a@send.example> to <ok@mx.example>",
                        "=> ok@mx.example delivered"),
                DIALOGUE.directives());
        assertEquals("250 mx.example #1", DIALOGUE.steps().get(8).text());
    }

    @Test
    void what_the_client_says_otherwise_is_named_with_the_line() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.play(SmtpScript.parse("S: 220 x\nC: QUIT\nS: 221 x\n"));
                SmtpTalk client = SmtpTalk.connect(server.address())) {
            client.expect(220);
            client.send("NOOP");
            AssertionError failed = assertThrows(AssertionError.class, () -> server.verify(SOON));
            assertTrue(
                    failed.toString()
                            .contains("script line 2: expected \"QUIT\" but found \"NOOP\""),
                    failed.toString());
        }
    }

    @Test
    void a_talk_that_is_never_held_is_missed() throws Exception {
        try (ScriptedServer server = ScriptedServer.play(DIALOGUE)) {
            assertThrows(AssertionError.class, () -> server.verify(Duration.ofMillis(20)));
        }
    }

    @Test
    void a_part_in_code_sends_the_bytes_it_wants() throws Exception {
        ScriptedServer.Part endless =
                talk -> talk.sendRaw("220-" + "x".repeat(100_000) + "\r\n").readLine();
        try (ScriptedServer server = ScriptedServer.start(List.of(endless));
                SmtpTalk client = SmtpTalk.connect(server.address())) {
            assertThrows(java.io.IOException.class, client::read);
        }
    }

    @Test
    void the_simulator_passes_a_script() throws Exception {
        SmtpScript talk =
                SmtpScript.parse(
                        """
                        S: 220 *
                        C: EHLO lab
                        S: 250-mx.orange.lab *
                        S: 250-8BITMIME
                        S: 250-ENHANCEDSTATUSCODES
                        S: 250-PIPELINING
                        S: 250 SIZE 44000000
                        C: MAIL FROM:<a@send.example>
                        C: RCPT TO:<unknown@orange.lab>
                        S: 250 2.1.0 <a@send.example> sender ok
                        S: 550 5.1.1 *
                        C: QUIT
                        S: 221 2.0.0 *
                        S: <close>
                        """);
        try (ProviderSimulator provider =
                        ProviderSimulator.start(
                                ProviderOptions.with("orange").tls(TlsMode.NONE).build());
                SmtpTalk client = SmtpTalk.connect(provider.address())) {
            talk.playClient(client);
        }
    }
}
