package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Open pages hear that something changed. */
@Timeout(60)
class LiveTest {
    @TempDir private Path directory;

    @Test
    void a_page_hears_of_an_event_within_two_seconds_and_at_most_once_a_second() throws Exception {
        try (House house = House.open(directory, 0);
                Browser browser = Browser.loggedIn(house, "en")) {
            HttpResponse<InputStream> stream =
                    browser.client()
                            .send(
                                    browser.request("/live").build(),
                                    HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(
                    "text/event-stream", stream.headers().firstValue("content-type").orElse(""));
            Mailing mailing = new Mailing(house.store());
            try (BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                assertEquals("retry: 3000", lines.readLine());
                Instant before = Instant.now();
                for (int i = 0; i < 20; i++) {
                    mailing.accepted(Mailing.Letter.of("spring"), "a@b.example", Instant.now());
                    mailing.write();
                }
                Instant first = change(lines);
                Instant second = change(lines);
                Duration until = Duration.between(before, first);
                Duration between = Duration.between(first, second);
                assertTrue(until.compareTo(Duration.ofSeconds(2)) < 0, until.toString());
                assertTrue(between.compareTo(Duration.ofMillis(990)) > 0, between.toString());
            }
        }
    }

    private static Instant change(BufferedReader lines) throws Exception {
        while (!"event: changed".equals(lines.readLine())) {
            // What else is said does not matter here.
        }
        return Instant.parse(lines.readLine().substring("data: ".length()));
    }
}
