package facteur.tracker.netty;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Keyring;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;
import facteur.tracker.engagement.HitPolicy;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.recording.Recorder;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

class TrackerServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final RecipientId ANNE = new RecipientId(new MailId(7), 1);
    private static final String BROWSER =
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    @TempDir private Path directory;

    private final TokenSeal seal = new TokenSeal(Keyring.create(Instant.EPOCH, new SecureRandom()));
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private final TrackerServer.Figures figures = TrackerServer.Figures.zero();
    private Store store;
    private Recorder recorder;
    private TrackerServer server;

    @BeforeEach
    void start() throws Exception {
        store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
        recorder =
                new Recorder(
                        store.journal(),
                        new HitPolicy(RobotRules.shipped(), _ -> Optional.empty()));
        server =
                TrackerServer.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new TrackerServer.Collaborators(
                                () -> seal, recorder, InstantSource.system(), List.of(), figures),
                        loops,
                        NioServerSocketChannel.class);
    }

    @AfterEach
    void stop() {
        server.close();
        recorder.close();
        store.close();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(PATIENCE)
                .header("User-Agent", BROWSER);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private List<Event> events() throws Exception {
        List<Event> events = new ArrayList<>();
        Position from = Position.START;
        while (from.compareTo(store.journal().durable()) < 0) {
            from = store.journal().read(from, 1000, (_, event) -> events.add(event));
        }
        return events;
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
    void a_hundred_thousand_forged_tokens_lead_nowhere_and_leave_no_trace() throws Exception {
        Random random = new Random(1);
        String good = seal.seal(new Token.Click(ANNE, 3, "https://shop.example/"));
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // Most through the seal alone, a sample through the whole server.
        for (int i = 0; i < 100_000; i++) {
            char[] forged = good.toCharArray();
            int at = random.nextInt(forged.length);
            forged[at] =
                    letters.charAt((letters.indexOf(forged[at]) + 1 + random.nextInt(62)) % 64);
            String text = new String(forged, 0, random.nextInt(4) == 0 ? at : forged.length);
            assertTrue(text.equals(good) || seal.unseal(text).isEmpty(), text);
            if (i % 200 == 0) {
                for (String kind : List.of("/c/", "/u/")) {
                    assertEquals(404, send(to(kind + text).GET().build()).statusCode(), text);
                }
                assertEquals(43, send(to("/o/" + text).GET().build()).body().length);
            }
        }
        assertTrue(events().isEmpty());
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
