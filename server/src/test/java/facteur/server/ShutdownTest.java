package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Who is connected when the server stops is told so (RFC 5321 3.8), and not cut off. */
class ShutdownTest {
    @TempDir private Path directory;

    @Test
    void idle_clients_of_both_listeners_are_told_421() throws Exception {
        try (LabServer facteur = LabServer.withFeedback(directory)) {
            InetSocketAddress submission = facteur.server().submissionAddresses().getFirst();
            InetSocketAddress feedback = facteur.server().feedbackAddress().orElseThrow();
            try (SmtpTalk silent = SmtpTalk.connect(submission);
                    SmtpTalk idle = SmtpTalk.connect(submission);
                    SmtpTalk sent = SmtpTalk.connect(submission);
                    SmtpTalk bounce = SmtpTalk.connect(feedback)) {
                silent.expect(220);
                idle.greet("client.example");
                sent.greet("client.example");
                sent.login(LabServer.USER, LabServer.PASSWORD);
                assertEquals(
                        250,
                        sent.deliver(
                                        "a@sender.example",
                                        "ok.x@gmail.lab",
                                        "From: a@sender.example\r\n\r\nx\r\n")
                                .code());
                bounce.greet("mx.example");
                facteur.server().close();
                for (SmtpTalk talk : java.util.List.of(silent, idle, sent, bounce)) {
                    assertEquals("421 4.3.2", talk.readLine().substring(0, 9));
                    assertTrue(talk.closedByPeer());
                }
            }
        }
    }
}
