package facteur.tracker.netty;

import static facteur.tracker.netty.Ground.ANNE;
import static facteur.tracker.netty.Ground.PATIENCE;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Over each transport that the machine offers: operators' kernels and containers differ. */
@ParameterizedClass
@MethodSource("offered")
class TrackerServerTest {
    private final TrackerLoops.Transport transport;
    @TempDir private Path directory;
    private Ground ground;
    private TokenSeal seal;

    static Stream<TrackerLoops.Transport> offered() {
        return Stream.of(TrackerLoops.Transport.values()).filter(TrackerLoops.Transport::isOffered);
    }

    TrackerServerTest(TrackerLoops.Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws Exception {
        ground = new Ground(directory, transport);
        seal = ground.seal;
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    private HttpRequest.Builder to(String path) {
        return ground.to(path);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return ground.send(request);
    }

    private List<Event> events() throws Exception {
        return ground.events();
    }

    @Test
    void the_pixel_is_forty_three_octets_and_is_recorded_once_however_often_it_is_loaded()
            throws Exception {
        String path = "/o/" + seal.seal(new Token.Open(ANNE));
        for (int i = 0; i < 3; i++) {
            HttpResponse<byte[]> pixel = send(to(path).GET().build());
            assertEquals(200, pixel.statusCode());
            assertEquals(43, pixel.body().length);
            assertEquals("image/gif", pixel.headers().firstValue("content-type").orElseThrow());
            assertTrue(
                    pixel.headers().firstValue("cache-control").orElseThrow().contains("no-store"));
            assertFalse(pixel.headers().firstValue("set-cookie").isPresent());
        }
        await().atMost(PATIENCE).until(() -> events().size() == 1);
        EngagementEvent.Opened opened = (EngagementEvent.Opened) events().getFirst();
        assertEquals(ANNE, opened.recipient());
        assertEquals(EngagementEvent.Audience.HUMAN, opened.audience());
    }

    @Test
    void a_click_leads_to_just_the_target_and_a_query_changes_nothing() throws Exception {
        String target = "https://shop.example/a?b=1&c=2#d";
        String path = "/c/" + seal.seal(new Token.Click(ANNE, 3, target));
        HttpResponse<byte[]> redirect = send(to(path + "?url=https://evil.example/").GET().build());
        assertEquals(302, redirect.statusCode());
        assertEquals(target, redirect.headers().firstValue("location").orElseThrow());
        assertEquals("no-referrer", redirect.headers().firstValue("referrer-policy").orElseThrow());
        await().atMost(PATIENCE).until(() -> events().size() == 1);
        assertEquals(target, ((EngagementEvent.Clicked) events().getFirst()).target());
    }

    @Test
    void a_token_is_understood_with_what_mail_programs_make_of_it() throws Exception {
        String target = "https://shop.example/a?b=1";
        int followed = 0;
        // Tokens of many messages: some hold hyphens and underscores, some end in one.
        for (int i = 0; i < 40; i++) {
            String click = "/c/" + seal.seal(new Token.Click(ANNE, i, target));
            for (String made :
                    List.of(
                            click.replace("-", "%2D").replace("_", "%5f"),
                            click.replaceAll("(.)$", "%" + hex(click.charAt(click.length() - 1))),
                            click + ".",
                            click + ")",
                            click + "&x",
                            click + "%22",
                            click + "%3E.",
                            click + "%E2%80%9D",
                            click + "_",
                            click + "__",
                            click + "--",
                            click + "___).",
                            click + ";jsessionid=1",
                            click + "/",
                            click + "*).&utm_source=x?y=z")) {
                HttpResponse<byte[]> answer = send(to(made).GET().build());
                assertEquals(302, answer.statusCode(), made);
                assertEquals(target, answer.headers().firstValue("location").orElseThrow(), made);
                followed++;
            }
            for (String other :
                    List.of(
                            click.substring(0, click.length() - 1),
                            click + "A",
                            click + "____",
                            "/c/___",
                            "/c/.")) {
                assertEquals(404, send(to(other).GET().build()).statusCode(), other);
            }
        }
        assertEquals(40 * 15, followed);
        send(to("/o/" + seal.seal(new Token.Open(ANNE)) + ").").GET().build());
        await().atMost(PATIENCE)
                .until(() -> events().stream().anyMatch(EngagementEvent.Opened.class::isInstance));
        String unsubscribe = "/u/" + seal.seal(new Token.Unsubscribe(ANNE)) + "%3E";
        assertEquals(200, send(to(unsubscribe).GET().build()).statusCode());
    }

    private static String hex(char c) {
        return Integer.toHexString(c);
    }

    @Test
    void head_is_answered_alike_and_counts_as_a_machine() throws Exception {
        String path = "/c/" + seal.seal(new Token.Click(ANNE, 3, "https://shop.example/"));
        HttpResponse<byte[]> redirect =
                send(to(path).method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(302, redirect.statusCode());
        await().atMost(PATIENCE).until(() -> events().size() == 1);
        assertEquals(
                EngagementEvent.Audience.MACHINE,
                ((EngagementEvent.Clicked) events().getFirst()).audience());
    }

    @Test
    void a_sweep_of_links_is_found_out_afterwards() throws Exception {
        for (int link = 0; link < 3; link++) {
            send(
                    to("/c/"
                                    + seal.seal(
                                            new Token.Click(
                                                    ANNE, link, "https://shop.example/" + link)))
                            .GET()
                            .build());
        }
        await().atMost(PATIENCE)
                .until(() -> events().stream().anyMatch(EngagementEvent.Revised.class::isInstance));
    }

    @Test
    void unsubscribing_shows_a_page_on_get_and_acts_on_post() throws Exception {
        String path = "/u/" + seal.seal(new Token.Unsubscribe(ANNE));
        HttpResponse<byte[]> page = send(to(path).header("Accept-Language", "fr-FR").GET().build());
        assertEquals(200, page.statusCode());
        assertTrue(
                new String(page.body(), java.nio.charset.StandardCharsets.UTF_8)
                        .contains("désinscrire"));
        assertTrue(events().isEmpty());
        HttpResponse<byte[]> done =
                send(
                        to(path).header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "List-Unsubscribe=One-Click"))
                                .build());
        assertEquals(200, done.statusCode());
        EngagementEvent.Unsubscribed event = (EngagementEvent.Unsubscribed) events().getFirst();
        assertEquals("one-click", event.means());
    }

    @Test
    void a_reader_who_opts_out_gets_the_same_answers_and_leaves_no_trace() throws Exception {
        String path = "/c/" + seal.seal(new Token.Click(ANNE, 3, "https://shop.example/"));
        HttpResponse<byte[]> redirect = send(to(path).header("Sec-GPC", "1").GET().build());
        assertEquals(302, redirect.statusCode());
        // What comes behind it is recorded, so it has been judged.
        send(to("/o/" + seal.seal(new Token.Open(ANNE))).GET().build());
        await().atMost(PATIENCE).until(() -> !events().isEmpty());
        assertTrue(events().stream().allMatch(EngagementEvent.Opened.class::isInstance));
    }

    @Test
    void declining_to_be_measured_is_another_button_of_the_page() throws Exception {
        String path = "/u/" + seal.seal(new Token.Unsubscribe(ANNE));
        HttpResponse<byte[]> done =
                send(
                        to(path).header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("tracking=off"))
                                .build());
        assertEquals(200, done.statusCode());
        assertTrue(events().getFirst() instanceof EngagementEvent.TrackingDeclined);
    }

    @Test
    void other_methods_and_places_are_refused_shortly() throws Exception {
        assertEquals(404, send(to("/").GET().build()).statusCode());
        assertEquals(
                405,
                send(to("/o/x").POST(HttpRequest.BodyPublishers.noBody()).build()).statusCode());
        assertEquals(200, send(to("/robots.txt").GET().build()).statusCode());
    }
}
