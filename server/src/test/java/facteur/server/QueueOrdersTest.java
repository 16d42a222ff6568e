package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.MailId;
import facteur.mta.queue.QueueSnapshot;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What an operator orders of the queue holds, over a restart too, and is explained to him. */
class QueueOrdersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    @Test
    void held_mail_is_explained_survives_a_restart_and_goes_when_it_is_released() throws Exception {
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults())) {
            LabSettings settings = LabSettings.in(directory, lab).reachable();
            MailId held;
            try (Server server = settings.serve()) {
                facteur(settings, 0, "queue", "hold", "campaign:spring", "--why", "wrong price");
                held = submit(server, "ok.anne@gmail.lab");
                await().atMost(PATIENCE).until(() -> server.queue().snapshot().join().held() == 1);
                String why = facteur(settings, 0, "queue", "explain", held.toString());
                assertTrue(why.contains("state: held"), why);
                assertTrue(why.contains("campaign:spring"), why);
                assertTrue(why.contains("wrong price"), why);
                String refused =
                        facteur(settings, 1, "queue", "move", "campaign:spring", "--to", "nowhere");
                assertTrue(refused.contains("none named nowhere"), refused);
            }
            try (Server server = settings.serve()) {
                await().atMost(PATIENCE).until(() -> server.queue().snapshot().join().held() == 1);
                facteur(settings, 0, "queue", "release", "campaign:spring");
                lab.provider("gmail").log().awaitFor("ok.anne@gmail.lab", PATIENCE);
                facteur(settings, 0, "queue", "hold", "domain:yahoo.lab");
                MailId cancelled = submit(server, "ok.bert@yahoo.lab");
                await().atMost(PATIENCE).until(() -> server.queue().snapshot().join().held() == 1);
                facteur(
                        settings,
                        0,
                        "queue",
                        "cancel",
                        "message:" + cancelled,
                        "--why",
                        "too late");
                await().atMost(PATIENCE).until(() -> withdrawn(server, cancelled));
                assertEquals(0, lab.provider("yahoo").log().all().size());
            }
        }
    }

    @Test
    void a_live_dialogue_is_shown_and_a_deferral_explained() throws Exception {
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults())) {
            LabSettings settings = LabSettings.in(directory, lab).reachable();
            try (Server server = settings.serve()) {
                MailId deferred = submit(server, "defer.carl@gmail.lab");
                await().atMost(PATIENCE).until(() -> !rulings(server, deferred).isEmpty());
                String site = rulings(server, deferred).getFirst().hop().orElseThrow().site();
                facteur(settings, 0, "queue", "hold", "site:" + site, "--why", "to look at it");
                await().atMost(PATIENCE)
                        .until(
                                () ->
                                        facteur(
                                                        settings,
                                                        0,
                                                        "queue",
                                                        "explain",
                                                        deferred.toString())
                                                .contains("to look at it"));
                facteur(settings, 0, "queue", "release", "site:" + site);
                CompletableFuture<String> trace =
                        CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        return facteur(
                                                settings,
                                                0,
                                                "trace",
                                                "delivery",
                                                "--site",
                                                site,
                                                "--lines",
                                                "20");
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                });
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(300))
                        .until(
                                () -> {
                                    submit(server, "ok.anne@gmail.lab");
                                    return trace.isDone();
                                });
                String shown = trace.join();
                assertTrue(shown.contains("RCPT TO:<ok.anne@gmail.lab>"), shown);
                assertTrue(shown.contains("250"), shown);
            }
        }
    }

    @Test
    void a_stop_finishes_what_is_under_way_and_the_next_start_sends_the_rest_once()
            throws Exception {
        int messages = 200;
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults())) {
            LabSettings settings = LabSettings.in(directory, lab);
            try (Server server = settings.serve()) {
                for (int i = 0; i < messages; i++) {
                    submit(server, "ok.u" + i + "@gmail.lab");
                }
            }
            int before = lab.provider("gmail").log().all().size();
            try (Server server = settings.serve()) {
                await().atMost(PATIENCE)
                        .until(() -> lab.provider("gmail").log().all().size() >= messages);
                await().atMost(PATIENCE).until(() -> isEmpty(server));
            }
            System.out.printf("a graceful stop: %d of %d were sent before it%n", before, messages);
            assertEquals(messages, lab.provider("gmail").log().all().size(), "none twice");
        }
    }

    private static boolean isEmpty(Server server) {
        QueueSnapshot queue = server.queue().snapshot().join();
        return queue.deferred() == 0
                && queue.destinations().stream()
                        .allMatch(path -> path.waiting() + path.busy() == 0);
    }

    private static List<DeliveryEvent.Ruled> rulings(Server server, MailId id) {
        return server.store().views().messages().timeline(id.recipient(0)).events().stream()
                .filter(DeliveryEvent.Ruled.class::isInstance)
                .map(DeliveryEvent.Ruled.class::cast)
                .toList();
    }

    private static boolean withdrawn(Server server, MailId id) {
        return server.store().views().messages().timeline(id.recipient(0)).events().stream()
                .anyMatch(
                        event ->
                                event instanceof DeliveryEvent.Ruled ruled
                                        && ruled.disposition().toString().contains("too late"));
    }

    private static String facteur(LabSettings settings, int status, String... arguments)
            throws IOException {
        Peers.Ended ended = settings.facteur(arguments);
        assertEquals(status, ended.status(), ended.output());
        return ended.output();
    }

    private static MailId submit(Server server, String recipient) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
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
