package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.status.Status;
import facteur.testkit.web.DeliveredMail;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The libraries by which most applications send, unmodified: each sends, is tracked, bounces. */
class ApplicationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AGENT =
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    @TempDir private Path directory;

    private static Optional<Status> status(LabServer facteur, String address) {
        return facteur.latest(address).map(state -> state.status(true));
    }

    @ParameterizedTest
    @CsvSource({
        "django, /usr/bin/python3, shop.py",
        "phpmailer, /usr/bin/php, shop.php",
        "actionmailer, /usr/bin/ruby, shop.rb",
        "nodemailer, node, shop.mjs"
    })
    void mail_of_an_application_is_sent_tracked_and_ruled(
            String name, String interpreter, String script) throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Peers.Ended ended =
                    Peers.run(
                            PATIENCE,
                            directory,
                            List.of(
                                    interpreter,
                                    Peers.inTests("clients/" + script).toString(),
                                    String.valueOf(facteur.submission().getPort()),
                                    LabServer.USER,
                                    LabServer.PASSWORD));
            assertEquals(0, ended.status(), ended.output());
            String reached = "ok." + name + "@gmail.lab";
            var taken = facteur.lab().provider("gmail").log().awaitFor(reached, PATIENCE);
            DeliveredMail mail = DeliveredMail.parse(taken.message());
            assertTrue(
                    mail.text().orElseThrow().lines().anyMatch("."::equals), "the dot of the text");
            assertEquals(1, mail.links().size(), mail.html().toString());
            assertEquals(
                    "https://shop.example/" + name + "?a=1&b=2", followed(mail.links().getFirst()));
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, reached).equals(Optional.of(Status.CLICKED)));
            String unknown = "unknown." + name + "@outlook.lab";
            await().atMost(PATIENCE)
                    .until(() -> status(facteur, unknown).equals(Optional.of(Status.HARD_BOUNCE)));
            assertTrue(
                    facteur.server().store().views().campaigns().find(name).isPresent(),
                    "the campaign that it named");
        }
    }

    /** Where a link of a delivered mail leads. */
    private static String followed(String link) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(link)).header("User-Agent", AGENT).build();
            HttpResponse<Void> answer =
                    client.send(request, HttpResponse.BodyHandlers.discarding());
            assertEquals(302, answer.statusCode());
            return answer.headers().firstValue("Location").orElseThrow();
        }
    }
}
