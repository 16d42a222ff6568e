package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.LabServer;
import facteur.testkit.smtp.TakenMessage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Mail of this machine's programs: through a server, without one, and where nothing is possible.
 */
class SendmailTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Path spool() {
        return directory.resolve("data/spool");
    }

    private int sendmail(String input, String... words) {
        return sendmail(spool(), input, words);
    }

    private int sendmail(Path spool, String input, String... words) {
        return new Sendmail(
                        new LocalSender("anne", "sender.example", spool),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(
                        List.of(words),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        () -> 0);
    }

    private static List<Path> left(Path spool) throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.filter(file -> file.toString().matches(".*\\.(mail|new)")).toList();
        }
    }

    private static TakenMessage arrived(LabServer facteur, String to) {
        return facteur.lab().provider("gmail").log().awaitFor(to, PATIENCE);
    }

    @Test
    void a_message_goes_to_who_the_header_names_and_nobody_reads_bcc() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            String message =
                    "To: Bob <ok.bob@gmail.lab>\nBcc: ok.eve@gmail.lab,\n ok.sam@gmail.lab\n"
                            + "Subject: caf\u00e9\n\nfirst\n.\nafter the dot\n";
            assertEquals(
                    SystemExit.OK,
                    sendmail(message, "-t", "-oi", "-F", "Anne \"A\" D"),
                    err.toString(StandardCharsets.UTF_8));
            TakenMessage bob = arrived(facteur, "ok.bob@gmail.lab");
            assertEquals(
                    "\"Anne \\\"A\\\" D\" <anne@sender.example>", bob.header("From").orElse(""));
            assertTrue(bob.text().contains("\r\n.\r\nafter the dot"), bob.text());
            for (String to : List.of("ok.eve@gmail.lab", "ok.sam@gmail.lab")) {
                assertFalse(arrived(facteur, to).header("Bcc").isPresent());
            }
            assertEquals(List.of(), left(spool()));
            assertEquals(
                    SystemExit.OK, sendmail("Subject: x\n\nfirst\n.\nlost\n", "ok.dot@gmail.lab"));
            assertFalse(arrived(facteur, "ok.dot@gmail.lab").text().contains("lost"));
        }
    }

    @Test
    void smtp_on_standard_input_takes_messages_one_after_the_other() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            String talk =
                    "EHLO localhost\r\n"
                            + "MAIL FROM:<a@sender.example> BODY=8BITMIME\r\n"
                            + "RCPT TO:<ok.one@gmail.lab>\r\n"
                            + "DATA\r\n"
                            + "From: a@sender.example\r\n\r\n"
                            + "..dot\r\n"
                            + ".\r\n"
                            + "RCPT TO:<x@gmail.lab>\r\n"
                            + "MAIL FROM:<>\r\n"
                            + "RCPT TO:<ok.two@gmail.lab>\r\n"
                            + "DATA\r\n"
                            + "From: a@sender.example\r\n\r\n"
                            + "x\r\n"
                            + ".\r\n"
                            + "QUIT\r\n";
            assertEquals(SystemExit.OK, sendmail(talk, "-bs"));
            assertTrue(arrived(facteur, "ok.one@gmail.lab").text().contains("\r\n.dot\r\n"));
            arrived(facteur, "ok.two@gmail.lab");
            assertEquals(
                    List.of(
                            "220", "250", "250", "250", "354", "250", "503", "250", "250", "354",
                            "250", "221"),
                    out.toString(StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.charAt(3) == ' ')
                            .map(line -> line.substring(0, 3))
                            .toList());
        }
    }

    @Test
    void without_a_server_mail_waits_and_is_taken_at_the_next_start() throws Exception {
        Files.createDirectories(spool());
        assertEquals(
                SystemExit.OK,
                sendmail(
                        "From: anne@sender.example\n\nx\n",
                        "-f",
                        "anne@sender.example",
                        "ok.late@gmail.lab"),
                err.toString(StandardCharsets.UTF_8));
        assertEquals(1, left(spool()).size());
        try (LabServer facteur = LabServer.start(directory)) {
            arrived(facteur, "ok.late@gmail.lab");
            assertEquals(List.of(), left(spool()));
        }
    }

    @Test
    void where_nothing_can_be_left_the_caller_is_told_to_try_again() {
        assertEquals(
                SystemExit.TRY_AGAIN,
                sendmail(directory.resolve("none"), "\nx\n", "bob@example.org"));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("none"),
                err.toString(StandardCharsets.UTF_8));
        assertEquals(SystemExit.USAGE, sendmail("Subject: x\n\nx\n", "-t"));
        assertEquals(SystemExit.USAGE, sendmail("Subject: x\n\nx\n"));
    }

    @Test
    void what_the_server_refuses_is_told_and_not_kept() throws Exception {
        try (LabServer _ = LabServer.start(directory)) {
            assertEquals(
                    SystemExit.UNAVAILABLE,
                    sendmail(
                            "From: a@sender.example\n\n" + "x".repeat(1200) + "\n",
                            "ok.x@gmail.lab"));
            assertTrue(
                    err.toString(StandardCharsets.UTF_8).contains("998"),
                    err.toString(StandardCharsets.UTF_8));
            assertEquals(
                    SystemExit.UNAVAILABLE,
                    sendmail("From: a@sender.example\n\nx\n", "no mailbox@gmail.lab"));
            assertEquals(List.of(), left(spool()));
        }
    }

    @Test
    void a_file_of_somebody_else_is_not_sent_by_a_link_to_it() throws Exception {
        Files.createDirectories(spool());
        Path secret = directory.resolve("secret");
        Files.writeString(
                secret,
                "facteur-spool: 1\nfrom: \nto: ok.spy@gmail.lab\n\nFrom: a@sender.example\n\nx\n");
        Files.createSymbolicLink(spool().resolve("01.mail"), secret);
        Files.createLink(spool().resolve("02.mail"), secret);
        try (LabServer facteur = LabServer.start(directory)) {
            assertEquals(
                    SystemExit.OK,
                    sendmail("From: anne@sender.example\n\nx\n", "ok.good@gmail.lab"));
            arrived(facteur, "ok.good@gmail.lab");
            try (Stream<Path> kept = Files.list(spool().resolve(".refused"))) {
                assertEquals(2, kept.count());
            }
            assertEquals(0, facteur.lab().provider("gmail").log().to("ok.spy@gmail.lab").size());
        }
    }
}
