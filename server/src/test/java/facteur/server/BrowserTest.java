package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.smtp.Taken;
import facteur.testkit.web.DeliveredMail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A real browser reads the mail that was delivered, and then the UI that tells of it. */
class BrowserTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path directory;

    @Test
    void chromium_opens_and_clicks_and_then_sees_the_status_in_both_languages() throws Exception {
        Peers.needed("/usr/bin/chromium");
        try (LabServer facteur = LabServer.start(directory)) {
            WholePathTest.submit(facteur, "printemps", "ok.chromium@gmail.lab");
            Taken taken =
                    facteur.lab()
                            .provider("gmail")
                            .log()
                            .awaitFor("ok.chromium@gmail.lab", PATIENCE);
            Path html = directory.resolve("mail.html");
            Files.writeString(html, DeliveredMail.parse(taken.message()).html().orElseThrow());
            // Nobody reads within two seconds of the delivery: such a hit counts as a machine's.
            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(taken.at().plusSeconds(3)));
            Path shots = Files.createDirectories(Path.of("target", "screenshots").toAbsolutePath());
            Path scripts = Path.of("src", "test", "browser").toAbsolutePath();
            Peers.Ended ended =
                    Peers.run(
                            PATIENCE,
                            scripts,
                            List.of(
                                    "node",
                                    scripts.resolve("story.mjs").toString(),
                                    html.toString(),
                                    "http://127.0.0.1:" + facteur.server().adminAddress().getPort(),
                                    "a long password",
                                    shots.toString()));
            assertEquals(0, ended.status(), ended.output());
            assertTrue(ended.output().contains("story: done"), ended.output());
        }
    }
}
