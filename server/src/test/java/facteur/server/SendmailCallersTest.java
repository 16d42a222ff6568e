package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.cli.Main;
import facteur.testkit.smtp.TakenMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Programs that nobody here wrote, which hand in mail through sendmail. */
class SendmailCallersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private LabServer facteur;
    private Path sendmail;

    @BeforeEach
    void start() throws IOException {
        facteur = LabServer.start(directory);
        sendmail = directory.resolve("sendmail");
        String command =
                ServeProcess.command(Main.class, List.of("-XX:TieredStopAtLevel=1"), List.of())
                        .stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "));
        Files.writeString(
                sendmail,
                "#!/bin/sh\nFACTEUR_SPOOL='"
                        + directory.resolve("data/spool")
                        + "' exec "
                        + command
                        + " sendmail \"$@\"\n");
        Files.setPosixFilePermissions(sendmail, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void stop() {
        facteur.close();
    }

    private TakenMessage sent(String to, String script) throws IOException {
        Peers.Ended ended =
                Peers.run(
                        PATIENCE,
                        directory,
                        List.of("sh", "-c", script.replace("SENDMAIL", sendmail.toString())));
        assertEquals(0, ended.status(), ended.output());
        return facteur.lab().provider("gmail").log().awaitFor(to, PATIENCE);
    }

    @Test
    void cron() throws Exception {
        // As cron.c of Debian calls it, and the header that it writes.
        TakenMessage mail =
                sent(
                        "ok.cron@gmail.lab",
                        "printf 'From: root (Cron Daemon)\\n"
                                + "To: ok.cron@gmail.lab\\n"
                                + "Subject: Cron <root@host> job\\n"
                                + "X-Cron-Env: <SHELL=/bin/sh>\\n"
                                + "\\n"
                                + "done\\n"
                                + ".\\n"
                                + "more\\n"
                                + "' | SENDMAIL -FCronDaemon -i -B8BITMIME -oem ok.cron@gmail.lab");
        assertEquals("root (Cron Daemon)", mail.header("From").orElse(""));
        assertTrue(mail.text().contains("more"), mail.text());
    }

    @Test
    void s_nail() throws Exception {
        TakenMessage mail =
                sent(
                        "ok.nail@gmail.lab",
                        "echo hello | MAILRC=/dev/null s-nail -n -S mta=file://SENDMAIL -S"
                                + " from=anne@sender.example -s 'a subject' ok.nail@gmail.lab");
        assertEquals("a subject", mail.header("Subject").orElse(""));
        assertTrue(mail.text().contains("hello"), mail.text());
    }

    @Test
    void git_send_email() throws Exception {
        TakenMessage mail =
                sent(
                        "ok.git@gmail.lab",
                        "git init -q r && cd r && git -c user.name=Anne -c"
                                + " user.email=anne@sender.example commit -q --allow-empty -m 'one"
                                + " change' && git format-patch -q --root --always -o ../patches &&"
                                + " HOME=. git -c user.name=Anne -c user.email=anne@sender.example"
                                + " send-email --quiet --confirm=never --sendmail-cmd=SENDMAIL --to"
                                + " ok.git@gmail.lab ../patches");
        assertEquals("[PATCH] one change", mail.header("Subject").orElse(""));
    }

    @Test
    void python() throws Exception {
        TakenMessage mail =
                sent(
                        "ok.python@gmail.lab",
                        """
                        python3 -c '
                        import subprocess
                        from email.message import EmailMessage
                        mail = EmailMessage()
                        mail["From"] = "Anne <anne@sender.example>"
                        mail["To"] = "Bob <ok.python@gmail.lab>"
                        mail["Subject"] = "caf\\u00e9"
                        mail.set_content("\\u00e9t\\u00e9")
                        subprocess.run(["SENDMAIL", "-t", "-oi"], input=bytes(mail), check=True)'
                        """);
        assertTrue(mail.header("Subject").orElse("").contains("caf"), mail.text());
    }
}
