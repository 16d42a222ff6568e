package facteur.tracker.netty;

import static facteur.tracker.netty.Ground.ANNE;
import static facteur.tracker.netty.Ground.PATIENCE;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.unit.Network;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;
import facteur.store.journal.FileOpener;
import facteur.testkit.disk.DiskFault;
import facteur.testkit.disk.FaultyChannel;
import facteur.tracker.engagement.Hit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

class HostileReadersTest {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int PIPELINED = 500;

    @TempDir private Path directory;

    @Test
    void a_hundred_thousand_forged_tokens_lead_nowhere_and_leave_no_trace() throws Exception {
        forge(100_000);
    }

    @Test
    @Tag("long")
    void ten_million_forged_tokens_lead_nowhere_and_leave_no_trace() throws Exception {
        forge(10_000_000);
    }

    /** Each through the whole server, many in a row on one connection. */
    private void forge(int tokens) throws Exception {
        Random random = new Random(1);
        try (Ground ground = new Ground(directory);
                Socket socket = ground.connect()) {
            List<String> genuine =
                    List.of(
                            ground.seal.seal(new Token.Click(ANNE, 3, "https://shop.example/")),
                            ground.seal.seal(new Token.Open(ANNE)),
                            ground.seal.seal(new Token.Unsubscribe(ANNE)),
                            ground.seal.seal(
                                    new Token.AnonymousClick(ANNE.message(), 1, "http://a/")));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int sent = 0; sent < tokens; sent += PIPELINED) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < PIPELINED; i++) {
                    String kind = random.nextBoolean() ? "/c/" : "/u/";
                    requests.append("GET ")
                            .append(kind)
                            .append(forged(genuine.get(random.nextInt(genuine.size())), random))
                            .append(" HTTP/1.1\r\nHost: t\r\n\r\n");
                }
                OutputStream out = socket.getOutputStream();
                out.write(requests.toString().getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < PIPELINED; i++) {
                    assertEquals("HTTP/1.1 404 Not Found", statusOfNext(in));
                }
            }
            assertEquals(tokens, ground.figures.refused().sum());
            assertEquals(0, ground.figures.redirects().sum());
            assertTrue(ground.events().isEmpty());
            System.out.printf("%,d forged tokens: no redirect, no hit, no 5xx%n", tokens);
        }
    }

    private static String forged(String genuine, Random random) {
        char[] forged = genuine.toCharArray();
        int at = random.nextInt(forged.length - 1); // the last character has spare bits
        forged[at] = LETTERS.charAt((LETTERS.indexOf(forged[at]) + 1 + random.nextInt(63)) % 64);
        return switch (random.nextInt(4)) {
            case 0 -> genuine.substring(0, at); // truncated
            case 1 -> new String(forged) + LETTERS.charAt(random.nextInt(64)); // and longer
            default -> new String(forged);
        };
    }

    /** Reads one answer; returns its status line. */
    private static String statusOfNext(InputStream in) throws IOException {
        String status = line(in);
        int length = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            if (field.startsWith("Content-Length: ")) {
                length = Integer.parseInt(field.substring(16));
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server closed the connection after: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Test
    void what_is_no_request_is_refused_and_never_comes_back() throws Exception {
        try (Ground ground = new Ground(directory)) {
            String long9k = "x".repeat(9 << 10);
            assertTrue(
                    ground.raw("GET /" + long9k + " HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 431"));
            assertTrue(
                    ground.raw("GET / HTTP/1.1\r\nA: " + long9k + "\r\n\r\n")
                            .startsWith("HTTP/1.1 431"));
            for (String octets :
                    List.of(
                            "\0\1\2\3\r\n\r\n",
                            "GET\r\n\r\n",
                            "GET / HTTP/1.1\r\n: no name\r\n\r\n",
                            "GET /o/\r\nX: y HTTP/1.1\r\n\r\n",
                            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n")) {
                String answer = ground.raw(octets);
                assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
            }
            String echo =
                    ground.raw(
                            "GET /<script>alert(1)</script> HTTP/1.1\r\nHost: evil.example\r\n"
                                    + "User-Agent: <script>\r\nConnection: close\r\n\r\n");
            assertFalse(echo.contains("script>alert") || echo.contains("evil.example"), echo);
            for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW")) {
                String answer = ground.raw(method + " /o/x HTTP/1.1\r\nConnection: close\r\n\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 405"), answer);
            }
        }
    }

    @Test
    void a_form_beyond_its_bound_is_not_read() throws Exception {
        try (Ground ground = new Ground(directory)) {
            String path = "/u/" + ground.seal.seal(new Token.Unsubscribe(ANNE));
            String answer =
                    ground.raw(
                            "POST "
                                    + path
                                    + " HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"
                                    + "y".repeat(5000));
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            assertTrue(ground.events().isEmpty());
        }
    }

    @Test
    void a_client_that_sends_its_request_drop_by_drop_is_closed_in_time() throws Exception {
        TrackerLimits hasty =
                new TrackerLimits(100, 100, Duration.ofMillis(500), Duration.ofMillis(500));
        try (Ground ground =
                        new Ground(
                                directory,
                                FileOpener.real(),
                                hasty,
                                List.of(Ground.plain(List.of())));
                Socket socket = ground.connect()) {
            socket.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
            assertEquals(1, ground.server.connections().tooSlow());
        }
    }

    @Test
    void one_network_cannot_take_all_connections_and_a_trusted_proxy_can() throws Exception {
        TrackerLimits few =
                new TrackerLimits(100, 3, TrackerLimits.FIRST_REQUEST, TrackerLimits.NEXT_REQUEST);
        Network loopback = Network.parse("127.0.0.0/8").orElseThrow();
        for (boolean trusted : new boolean[] {false, true}) {
            List<Network> proxies = trusted ? List.of(loopback) : List.of();
            try (Ground ground =
                            new Ground(
                                    directory.resolve("trusted-" + trusted),
                                    FileOpener.real(),
                                    few,
                                    List.of(Ground.plain(proxies)));
                    Socket one = ground.connect();
                    Socket two = ground.connect();
                    Socket three = ground.connect()) {
                await().atMost(PATIENCE).until(() -> ground.server.connections().count() == 3);
                String fourth = answerOrNothing(ground);
                assertEquals(trusted, fourth.startsWith("HTTP/1.1 200"), fourth);
                assertEquals(trusted ? 0 : 1, ground.server.connections().turnedAway());
                one.shutdownOutput();
                await().atMost(PATIENCE)
                        .until(() -> answerOrNothing(ground).startsWith("HTTP/1.1 200"));
                assertTrue(two.isConnected() && three.isConnected());
            }
        }
    }

    /** A connection that is turned away may be reset before anything can be read. */
    private static String answerOrNothing(Ground ground) {
        try {
            return ground.raw("GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n");
        } catch (IOException _) {
            return "";
        }
    }

    @Test
    void more_hits_than_the_disk_takes_are_dropped_and_counted_and_links_work_on()
            throws Exception {
        AtomicBoolean stuck = new AtomicBoolean();
        CountDownLatch mended = new CountDownLatch(1);
        DiskFault disk =
                (_, moment) -> {
                    if (moment == DiskFault.Moment.BEFORE_SYNC && stuck.get()) {
                        awaitQuietly(mended);
                    }
                };
        FileOpener opener =
                (path, options) -> new FaultyChannel(FileChannel.open(path, options), path, disk);
        try (Ground ground =
                new Ground(directory, opener, Ground.LIMITS, List.of(Ground.plain(List.of())))) {
            stuck.set(true);
            int hits = 200_000;
            for (int i = 0; i < hits; i++) {
                ground.recorder.record(
                        new Hit(
                                new Token.Open(new RecipientId(new MailId(1 + i), 0)),
                                Instant.now(),
                                InetAddress.getLoopbackAddress(),
                                Ground.BROWSER,
                                false,
                                false,
                                false));
            }
            long dropped = ground.recorder.dropped();
            assertTrue(dropped > 0, "none of " + hits + " was dropped");
            String click = ground.seal.seal(new Token.Click(ANNE, 3, "https://shop.example/"));
            assertEquals(302, ground.send(ground.to("/c/" + click).GET().build()).statusCode());
            mended.countDown();
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    ground.recorder.recorded() + ground.recorder.dropped()
                                            == hits + 1);
            System.out.printf(
                    "%,d of %,d hits dropped while the disk stood still%n", dropped, hits);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void with_the_store_down_links_work_and_an_unsubscription_says_that_it_was_not_taken()
            throws Exception {
        try (Ground ground = new Ground(directory)) {
            ground.store.journal().close(); // as when the disk has failed
            String click = ground.seal.seal(new Token.Click(ANNE, 3, "https://shop.example/"));
            assertEquals(302, ground.send(ground.to("/c/" + click).GET().build()).statusCode());
            String open = ground.seal.seal(new Token.Open(ANNE));
            assertEquals(43, ground.send(ground.to("/o/" + open).GET().build()).body().length);
            String unsubscribe = ground.seal.seal(new Token.Unsubscribe(ANNE));
            var answer =
                    ground.send(
                            ground.to("/u/" + unsubscribe)
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .build());
            assertEquals(503, answer.statusCode());
            assertEquals(Optional.of("120"), answer.headers().firstValue("retry-after"));
            await().atMost(PATIENCE).until(() -> ground.recorder.dropped() == 2);
        }
    }
}
