package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.Taken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A sender who asked to be told of a failure gets a notice, through our own queue. */
class NoticesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    @Test
    void a_failure_comes_back_to_who_asked_and_to_nobody_else() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            submit(facteur, "unknown.carl@gmail.lab", "");
            submit(
                    facteur,
                    "unknown.bert@gmail.lab",
                    " NOTIFY=FAILURE ORCPT=rfc822;bert@old.example");
            Taken notice =
                    facteur.lab().provider("orange").log().awaitFor("ok.anne@orange.lab", PATIENCE);
            assertTrue(notice.text().contains("Action: failed"), notice.text());
            assertTrue(
                    notice.text().contains("Original-Recipient: rfc822; bert@old.example"),
                    notice.text());
            assertTrue(
                    notice.text().contains("Final-Recipient: rfc822; unknown.bert@gmail.lab"),
                    notice.text());
            assertEquals(1, facteur.lab().provider("orange").log().all().size());
        }
    }

    private static void submit(LabServer facteur, String recipient, String parameters)
            throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(facteur.submission())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            talk.ask("MAIL FROM:<ok.anne@orange.lab>", 250);
            talk.ask("RCPT TO:<" + recipient + ">" + parameters, 250);
            talk.ask("DATA", 354);
            talk.sendMessage(
                    "From: ok.anne@orange.lab\r\nSubject: hello\r\n\r\nHello.\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            talk.expect(250);
        }
    }
}
