package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.Reading;
import facteur.config.read.SettingsReader;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.MailId;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What an operator orders of the queue holds, over a restart too, and is explained to him. */
class QueueOrdersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    @Test
    void held_mail_is_explained_survives_a_restart_and_goes_when_it_is_released() throws Exception {
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults())) {
            Path file = config(lab);
            MailId held;
            try (Server server = start(file)) {
                facteur(file, 0, "queue", "hold", "campaign:spring", "--why", "wrong price");
                held = submit(server, "ok.anne@gmail.lab");
                await().atMost(PATIENCE).until(() -> server.queue().snapshot().join().held() == 1);
                String why = facteur(file, 0, "queue", "explain", held.toString());
                assertTrue(why.contains("state: held"), why);
                assertTrue(why.contains("campaign:spring"), why);
                assertTrue(why.contains("wrong price"), why);
                String refused =
                        facteur(file, 1, "queue", "move", "campaign:spring", "--to", "nowhere");
                assertTrue(refused.contains("none named nowhere"), refused);
            }
            try (Server server = start(file)) {
                await().atMost(PATIENCE).until(() -> server.queue().snapshot().join().held() == 1);
                facteur(file, 0, "queue", "release", "campaign:spring");
                lab.provider("gmail").log().awaitFor("ok.anne@gmail.lab", PATIENCE);
                facteur(file, 0, "queue", "hold", "domain:yahoo.lab");
                MailId cancelled = submit(server, "ok.bert@yahoo.lab");
                await().atMost(PATIENCE).until(() -> server.queue().snapshot().join().held() == 1);
                facteur(file, 0, "queue", "cancel", "message:" + cancelled, "--why", "too late");
                await().atMost(PATIENCE).until(() -> withdrawn(server, cancelled));
                assertEquals(0, lab.provider("yahoo").log().all().size());
            }
        }
    }

    private static boolean withdrawn(Server server, MailId id) {
        return server.store().views().timeline(id.recipient(0)).events().stream()
                .anyMatch(
                        event ->
                                event instanceof DeliveryEvent.Ruled ruled
                                        && ruled.disposition().toString().contains("too late"));
    }

    private Path config(Laboratory lab) throws IOException {
        LabServer.settings(directory, lab, "");
        Path file = directory.resolve("facteur.yaml");
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.replace(
                        "admin: { listen: \"127.0.0.1:0\"",
                        "admin: { listen: \"127.0.0.1:" + Peers.freePort() + "\""));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static Server start(Path file) throws IOException {
        return switch (SettingsReader.ofThisProcess().read(file)) {
            case Reading.Good(var settings) -> Server.start(settings, file);
            case Reading.Bad(var problems) -> throw new IllegalStateException(problems.toString());
        };
    }

    private String facteur(Path file, int status, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--config", file.toString()));
        Peers.Ended ended = Peers.run(PATIENCE, directory, command);
        assertEquals(status, ended.status(), ended.output());
        return ended.output();
    }

    private static MailId submit(Server server, String recipient) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            String login = "\0" + LabServer.USER + "\0" + LabServer.PASSWORD;
            talk.ask(
                    "AUTH PLAIN "
                            + Base64.getEncoder()
                                    .encodeToString(login.getBytes(StandardCharsets.UTF_8)),
                    235);
            talk.ask("MAIL FROM:<news@sender.example>", 250);
            talk.ask("RCPT TO:<" + recipient + ">", 250);
            talk.ask("DATA", 354);
            talk.sendMessage(
                    "From: news@sender.example\r\nX-Campaign: spring\r\nSubject: x\r\n\r\nx\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = talk.expect(250).toString();
            for (String word : answer.split("[^0-9a-z]+", -1)) {
                if (MailId.parse(word).isPresent()) {
                    return MailId.parse(word).get();
                }
            }
            throw new IllegalStateException("no id in " + answer);
        }
    }
}
