package facteur.tracker.netty;

import static facteur.tracker.netty.Ground.ANNE;
import static facteur.tracker.netty.Ground.PATIENCE;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.token.Token;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** curl, wget and h2load; a browser reads the delivered mail in the tests of the whole server. */
class RealClientsTest {
    @TempDir private Path directory;

    private Ground ground;

    @BeforeEach
    void start() throws IOException {
        ground =
                new Ground(
                        directory,
                        FileOpener.real(),
                        Ground.LIMITS,
                        List.of(Ground.plain(List.of()), Ground.secure("h2", "http/1.1")));
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    private String url(boolean tls, String path) {
        int port = ground.server.addresses().get(tls ? 1 : 0).getPort();
        return (tls ? "https" : "http") + "://localhost:" + port + path;
    }

    private static String said(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void curl_speaks_both_versions_and_posts_a_form() throws Exception {
        String click =
                "/c/" + ground.seal.seal(new Token.Click(ANNE, 1, "https://shop.example/?a=1"));
        for (String version : List.of("--http1.1", "--http2")) {
            String said = said("curl", "-sk", "-i", version, url(true, click));
            assertTrue(said.contains(" 302"), said);
            assertTrue(
                    said.toLowerCase(java.util.Locale.ROOT)
                            .contains("location: https://shop.example/?a=1"),
                    said);
        }
        String form =
                said(
                        "curl",
                        "-sk",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "-d",
                        "List-Unsubscribe=One-Click",
                        url(true, "/u/" + ground.seal.seal(new Token.Unsubscribe(ANNE))));
        assertEquals("200", form);
        assertTrue(
                ground.events().stream().anyMatch(EngagementEvent.Unsubscribed.class::isInstance));
    }

    @Test
    void wget_stores_the_pixel_and_counts_as_a_machine() throws Exception {
        Path pixel = directory.resolve("pixel.gif");
        said(
                "wget",
                "-q",
                "-O",
                pixel.toString(),
                url(false, "/o/" + ground.seal.seal(new Token.Open(ANNE))));
        assertEquals(43, java.nio.file.Files.size(pixel));
        await().atMost(PATIENCE).until(() -> !ground.events().isEmpty());
        assertEquals(
                EngagementEvent.Audience.MACHINE,
                ((EngagementEvent.Opened) ground.events().getFirst()).audience());
    }

    @Test
    void h2load_finds_every_request_answered_over_both_versions() throws Exception {
        String open = url(true, "/o/" + ground.seal.seal(new Token.Open(ANNE)));
        for (List<String> more : List.of(List.<String>of(), List.of("--h1"))) {
            List<String> command =
                    new java.util.ArrayList<>(List.of("h2load", "-n2000", "-c10", "-m10"));
            command.addAll(more);
            command.add(open);
            String said = said(command.toArray(String[]::new));
            assertTrue(said.contains("2000 succeeded, 0 failed, 0 errored"), said);
            assertTrue(said.contains("2000 2xx, 0 3xx, 0 4xx, 0 5xx"), said);
        }
        // The first hit at once; its 3 999 repetitions are one event more, a minute later.
        await().atMost(PATIENCE).until(() -> ground.events().size() == 1);
    }
}
