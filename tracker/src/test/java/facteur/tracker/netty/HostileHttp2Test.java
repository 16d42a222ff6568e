package facteur.tracker.netty;

import static facteur.tracker.netty.Ground.ANNE;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.token.Token;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Clients that bend HTTP/2 against the server: what they can make it do is counted. */
class HostileHttp2Test {
    /** A client has this long for its next request here, so that tests need not wait. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final int NO_WINDOW = 4; // SETTINGS_INITIAL_WINDOW_SIZE
    private static final int NO_TABLE = 1; // SETTINGS_HEADER_TABLE_SIZE

    @TempDir private Path directory;
    private Ground ground;
    private Http2Peer peer;
    private String click;

    @BeforeEach
    void start() throws Exception {
        ground =
                new Ground(
                        directory,
                        FileOpener.real(),
                        new TrackerLimits(50, 50, PATIENCE, PATIENCE),
                        List.of(Ground.secure("h2")));
        String target = "https://shop.example/" + "x".repeat(1_500);
        click = "/c/" + ground.seal.seal(new Token.Click(ANNE, 3, target));
        peer = new Http2Peer(ground.port());
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        ground.close();
    }

    /** Somebody else asks and is answered, whatever the others do. */
    private void requireHonestTraffic() throws IOException {
        long before = ground.figures.redirects().sum();
        try (Http2Peer honest = new Http2Peer(ground.port())) {
            honest.add(Http2Peer.HEADERS, 5, 1, Http2Peer.get(click)).flush();
            assertTrue(honest.next(Http2Peer.HEADERS).isPresent());
        }
        assertTrue(ground.figures.redirects().sum() > before);
    }

    /** The connection has ended, and nothing of it is kept. */
    private void requireNobodyConnected() {
        await().atMost(Ground.PATIENCE).until(() -> ground.server.connections().count() == 0);
    }

    private void requireGoAway(int... errors) {
        Optional<Http2Peer.Frame> last = peer.next(Http2Peer.GOAWAY);
        assertTrue(last.isPresent(), "ended without GOAWAY");
        int error = last.get().error();
        assertTrue(Arrays.stream(errors).anyMatch(e -> e == error), "error " + error);
        while (peer.next().isPresent()) {
            // What was answered before.
        }
        requireNobodyConnected();
    }

    /** Sends until the server stops taking it; how many times it was sent. */
    private int flood(int most, int each, Runnable add) {
        int sent = 0;
        try {
            while (sent < most) {
                for (int i = 0; i < each; i++) {
                    add.run();
                }
                peer.flush();
                sent += each;
            }
        } catch (IOException e) {
            // It has ended the connection.
        }
        return sent;
    }

    @Test
    void who_asks_and_never_reads_is_asked_for_no_more_and_ends() throws Exception {
        for (boolean withBody : List.of(true, false)) {
            peer.close();
            peer = new Http2Peer(ground.port(), NO_TABLE, 0, NO_WINDOW, 0);
            byte[] first = withBody ? Http2Peer.get(click) : Http2Peer.head(click);
            byte[] again = withBody ? Http2Peer.again() : Http2Peer.headAgain();
            long before = ground.figures.redirects().sum();
            peer.add(Http2Peer.HEADERS, 5, 1, first).flush();
            int[] stream = {1};
            int asked =
                    flood(
                            100_000,
                            100,
                            () -> peer.add(Http2Peer.HEADERS, 5, stream[0] += 2, again));
            long answered = ground.figures.redirects().sum() - before;
            System.out.printf(
                    "never reads, %s: %,d asked, %,d answered%n",
                    withBody ? "GET" : "HEAD", asked, answered);
            // 1.6 KiB each: what the sockets of both sides hold, and 1 MiB.
            assertTrue(answered < 10_000, answered + " answers wait for who reads none");
            requireHonestTraffic();
        }
        requireNobodyConnected();
    }

    @Test
    void a_window_of_nothing_holds_a_hundred_answers_and_no_more() throws Exception {
        peer.close();
        peer = new Http2Peer(ground.port(), NO_WINDOW, 0);
        String open = "/o/" + ground.seal.seal(new Token.Open(ANNE));
        for (int i = 0; i < 150; i++) {
            peer.add(Http2Peer.HEADERS, 5, 2 * i + 1, Http2Peer.get(open));
        }
        peer.flush();
        int refused = 0;
        while (refused < 50) {
            Optional<Http2Peer.Frame> reset = peer.next(Http2Peer.RST_STREAM);
            assertTrue(reset.isPresent(), refused + " were refused");
            assertEquals(Http2Peer.REFUSED_STREAM, reset.get().error());
            refused++;
        }
        assertEquals(TrackerLimits.STREAMS, ground.figures.pixels().sum());
        requireHonestTraffic();
        requireGoAway(0);
    }

    @Test
    void streams_that_are_opened_and_reset_end_the_connection() throws Exception {
        peer.add(Http2Peer.HEADERS, 5, 1, Http2Peer.get(click)).flush();
        int[] stream = {1};
        int sent =
                flood(
                        20_000,
                        50,
                        () -> {
                            stream[0] += 2;
                            peer.add(Http2Peer.HEADERS, 4, stream[0], Http2Peer.again())
                                    .add(Http2Peer.RST_STREAM, 0, stream[0], Http2Peer.number(8));
                        });
        long answered = ground.figures.redirects().sum();
        System.out.printf("opened and reset: %,d sent, %,d answered%n", sent, answered);
        assertTrue(answered < 1_000, answered + " were answered");
        requireHonestTraffic();
        requireGoAway(Http2Peer.ENHANCE_YOUR_CALM);
    }

    @Test
    void a_header_without_end_is_not_kept() throws Exception {
        for (int size : List.of(0, 1, 4_000, 16_000)) {
            peer.close();
            peer = new Http2Peer(ground.port());
            byte[] piece = Http2Peer.field("x", "y".repeat(Math.max(0, size - 10)));
            byte[] more = size < 10 ? new byte[size] : piece;
            peer.add(Http2Peer.HEADERS, 1, 1, Http2Peer.get(click));
            int sent = flood(2_000, 1, () -> peer.add(Http2Peer.CONTINUATION, 0, 1, more));
            System.out.printf("continuation of %,d octets: %,d sent%n", size, sent);
            requireGoAway(Http2Peer.PROTOCOL_ERROR, Http2Peer.ENHANCE_YOUR_CALM);
            assertEquals(0, ground.figures.redirects().sum());
        }
        requireHonestTraffic();
    }

    @Test
    void a_list_of_fields_that_is_too_long_is_refused_and_the_connection_goes_on()
            throws Exception {
        byte[] head = Http2Peer.get(click);
        byte[] field = Http2Peer.field("x-long", "y".repeat(7_000));
        byte[] block = java.util.Arrays.copyOf(head, head.length + field.length);
        System.arraycopy(field, 0, block, head.length, field.length);
        peer.add(Http2Peer.HEADERS, 5, 1, block);
        peer.add(Http2Peer.HEADERS, 5, 3, Http2Peer.again()).flush();
        Optional<Http2Peer.Frame> frame = peer.next();
        while (frame.isPresent() && frame.get().stream() != 3) {
            frame = peer.next();
        }
        assertTrue(frame.isPresent(), "the other request was not answered");
        assertEquals(1, ground.figures.redirects().sum());
        requireHonestTraffic();
    }

    /** What asks for nothing, and makes the server work or answer. */
    enum Idle {
        PINGS(Http2Peer.PING, 0, "\0".repeat(8)),
        SETTINGS(Http2Peer.SETTINGS, 0, ""),
        SETTINGS_WITH_VALUES(Http2Peer.SETTINGS, 0, "\0\3\0\0\0d"),
        ACKNOWLEDGED_PINGS(Http2Peer.PING, 1, "\0".repeat(8)),
        PRIORITIES(Http2Peer.PRIORITY, 0, "\0\0\0\0\20"),
        WINDOWS(Http2Peer.WINDOW_UPDATE, 0, "\0\0\0\1"),
        UNKNOWN(0xfa, 0, "\0".repeat(100));

        final int type;
        final int flags;
        final String payload;

        Idle(int type, int flags, String payload) {
            this.type = type;
            this.flags = flags;
            this.payload = payload;
        }

        void add(Http2Peer peer) {
            byte[] octets = payload.getBytes(StandardCharsets.ISO_8859_1);
            peer.add(type, flags, type == Http2Peer.PRIORITY ? 1 : 0, octets);
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_that_ask_for_nothing_end_the_connection(Idle idle) throws Exception {
        int sent = flood(1_000_000, 500, () -> idle.add(peer));
        System.out.printf("%s, replies not read: %,d sent%n", idle, sent);
        assertTrue(sent < 1_000_000, "all were taken");
        requireHonestTraffic();
        requireNobodyConnected();
    }

    @ParameterizedTest
    @EnumSource
    void so_they_do_between_requests_and_with_replies_that_are_read(Idle idle) throws Exception {
        Thread reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (peer.next().isPresent()) {
                                        // It takes whatever comes.
                                    }
                                });
        int[] stream = {-1};
        int sent =
                flood(
                        2_000_000,
                        5_000,
                        () -> {
                            if (stream[0] < 0) {
                                peer.add(
                                        Http2Peer.HEADERS, 5, stream[0] += 2, Http2Peer.get(click));
                            }
                            idle.add(peer);
                        });
        System.out.printf("%s, replies read: %,d sent%n", idle, sent);
        assertTrue(sent < 2_000_000, "all were taken");
        requireHonestTraffic();
        reader.join();
        requireNobodyConnected();
    }

    @Test
    void one_octet_after_the_other_ends_with_the_time_for_a_request() throws Exception {
        peer.add(Http2Peer.HEADERS, 5, 1, Http2Peer.get(click));
        peer.trickle(40);
        requireHonestTraffic();
        requireGoAway(0);
        assertEquals(1, ground.server.connections().tooSlow());
    }

    @Test
    void forms_without_end_are_a_hundred_at_a_time_and_small() throws Exception {
        String unsubscribe = "/u/" + ground.seal.seal(new Token.Unsubscribe(ANNE));
        for (int i = 0; i < TrackerLimits.STREAMS + 20; i++) {
            peer.add(Http2Peer.HEADERS, 4, 2 * i + 1, Http2Peer.post(unsubscribe));
        }
        peer.flush();
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    Http2Peer.REFUSED_STREAM,
                    peer.next(Http2Peer.RST_STREAM).orElseThrow().error());
        }
        peer.add(Http2Peer.DATA, 0, 1, new byte[TrackerLimits.FORM + 1]).flush();
        Http2Peer.Frame answer = peer.next(Http2Peer.HEADERS).orElseThrow();
        assertEquals(1, answer.stream(), "413 comes before the form has ended");
        assertEquals(0, ground.figures.unsubscribes().sum());
        requireHonestTraffic();
        requireGoAway(0);
    }

    @Test
    void data_frames_with_nothing_in_them_end_the_connection() throws Exception {
        String unsubscribe = "/u/" + ground.seal.seal(new Token.Unsubscribe(ANNE));
        peer.add(Http2Peer.HEADERS, 4, 1, Http2Peer.post(unsubscribe));
        int sent = flood(100_000, 100, () -> peer.add(Http2Peer.DATA, 0, 1));
        System.out.printf("empty data: %,d sent%n", sent);
        assertTrue(sent < 100_000, "all were taken");
        requireGoAway(Http2Peer.ENHANCE_YOUR_CALM);
        requireHonestTraffic();
    }
}
