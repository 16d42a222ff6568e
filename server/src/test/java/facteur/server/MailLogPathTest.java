package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** What a running server writes into its mail log. */
class MailLogPathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    private List<String> lines(String word) throws Exception {
        Path file = directory.resolve("mail.log");
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .filter(line -> line.contains(" " + word + " "))
                        .toList()
                : List.of();
    }

    @Test
    void each_message_attempt_refused_login_and_guessed_link_has_its_line() throws Exception {
        String more = "logging: { mail: mail.log }";
        try (LabServer facteur = LabServer.with(directory, more)) {
            try (SmtpTalk talk = facteur.login()) {
                assertEquals(
                        250,
                        talk.deliver(
                                        "news@sender.example",
                                        "ok.anne@gmail.lab",
                                        "From: news@sender.example\r\n"
                                                + "Subject: not to be told\r\n"
                                                + "X-Campaign: spring\r\n\r\n"
                                                + "nor is this\r\n")
                                .code());
            }
            await().atMost(PATIENCE).until(() -> !lines("attempt").isEmpty());
            String accepted = lines("accepted").getFirst();
            assertTrue(
                    accepted.contains(
                            " from=<news@sender.example> to=ok.anne@gmail.lab recipients=1 size="),
                    accepted);
            assertTrue(accepted.contains(" campaign=spring credential=app client=127.0.0.1 "));
            String attempt = lines("attempt").getFirst();
            assertTrue(
                    attempt.contains(" to=ok.anne@gmail.lab from=<news@sender.example> "), attempt);
            assertTrue(
                    attempt.matches(
                            ".* attempt=1 site=\\S+ source=\\S+ host=\\S+ address=127\\S+ (tls=\\S+"
                                + " )?delay=\\d+\\.\\d{3}"
                                + " delays=\\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3}"
                                + " .*stage=\\S+ .*reply=.*"),
                    attempt);

            for (int i = 0; i < 2; i++) {
                try (SmtpTalk talk = SmtpTalk.connect(facteur.submission())) {
                    talk.greet("client.example");
                    String wrong =
                            Base64.getEncoder()
                                    .encodeToString(
                                            "\0app\0secret-of-somebody"
                                                    .getBytes(StandardCharsets.US_ASCII));
                    talk.ask("AUTH PLAIN " + wrong, 535);
                }
            }
            String tracker = "http:/" + facteur.server().trackerAddress();
            try (HttpClient client = HttpClient.newHttpClient()) {
                for (int i = 0; i < 3; i++) {
                    client.send(
                            HttpRequest.newBuilder(URI.create(tracker + "/c/guess" + i)).build(),
                            HttpResponse.BodyHandlers.discarding());
                }
            }
            await().atMost(PATIENCE).until(() -> counted("login_refused") == 2);
            await().atMost(PATIENCE).until(() -> counted("link_refused") == 3);
            assertTrue(
                    lines("login_refused")
                            .getFirst()
                            .matches(
                                    "\\S+Z login_refused service=submission client=127.0.0.1"
                                            + " count=\\d"),
                    lines("login_refused").getFirst());
            String all = Files.readString(directory.resolve("mail.log"));
            assertTrue(!all.contains("not to be told") && !all.contains("nor is this"), all);
            assertTrue(!all.contains("secret-of-somebody") && !all.contains("correct horse"), all);
        }
    }

    private long counted(String word) throws Exception {
        return lines(word).stream()
                .mapToLong(line -> Long.parseLong(line.replaceAll(".* count=", "")))
                .sum();
    }
}
