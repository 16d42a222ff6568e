package facteur.testkit.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

class LoadTest {
    @Test
    void all_that_is_sent_is_counted_once() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> came = ConcurrentHashMap.newKeySet();
        SinkListener noting = (id, _) -> came.add(id);
        try (CountingSink sink = CountingSink.start(SinkOptions.defaults(), noting)) {
            LoadOptions load =
                    LoadOptions.to(sink.address(), 2_000, 50)
                            .size(2_000)
                            .campaign("c")
                            .messagesPerConnection(7)
                            .build();
            LoadReport report = LoadSource.run(load, noting(acknowledged));
            assertEquals(2_000, report.acknowledged(), report.toString());
            assertEquals(0, report.unsent());
            assertEquals(2_000, sink.counts().messages());
            assertTrue(Math.abs(2_000 * 2_000 - sink.counts().bytes()) < 2_000 * 20);
            assertTrue(sink.counts().connections() >= 2_000 / 7);
            assertEquals(0, sink.duplicates());
            assertFalse(sink.duplicatesMayBeMissed());
            assertEquals(acknowledged, came);
            assertTrue(report.p50().compareTo(report.max()) <= 0);
        }
    }

    private static LoadListener noting(Set<String> acknowledged) {
        return new LoadListener() {
            @Override
            public void acknowledged(String id, List<String> recipients) {
                acknowledged.add(id);
            }
        };
    }

    @Test
    void tls_works_and_each_recipient_of_a_message_counts() throws Exception {
        try (CountingSink sink = CountingSink.start(SinkOptions.defaults().withTls(true))) {
            LoadOptions load =
                    LoadOptions.to(sink.address(), 20, 2)
                            .startTls(true)
                            .pipelining(false)
                            .recipients("u%d@d%d.lab", 3, 4)
                            .build();
            assertEquals(20, LoadSource.run(load).acknowledged());
            assertEquals(80, sink.counts().recipients());
            assertEquals(2, sink.counts().tlsConnections());
        }
    }

    @Test
    void a_delivery_that_comes_twice_is_a_duplicate() throws Exception {
        byte[] mail = "Message-ID: <m@lab>\r\n\r\nx\r\n".getBytes(StandardCharsets.UTF_8);
        try (CountingSink sink = CountingSink.start(SinkOptions.defaults())) {
            for (String to : List.of("a@x.lab", "b@x.lab", "A@x.lab")) {
                assertEquals(
                        250,
                        MessageSender.deliver(sink.address(), "c", "s@x.lab", to, mail).code());
            }
            assertEquals(1, sink.duplicates());
            assertEquals(3, sink.counts().messages());
            assertEquals(3L * mail.length, sink.counts().bytes());
        }
    }

    @Test
    void refusals_are_counted_by_code() throws Exception {
        try (ProviderSimulator provider = ProviderSimulator.start(ProviderOptions.of("gmail"))) {
            LoadOptions load =
                    LoadOptions.to(provider.address(), 10, 2)
                            .recipients("unknown.%d@gmail%d.lab", 2, 1)
                            .build();
            LoadReport report = LoadSource.run(load);
            assertEquals(10, report.refused());
            assertEquals(10, report.refusals().get(550));
        }
    }

    @Test
    void only_accepted_recipients_are_said_to_be_acknowledged() throws Exception {
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        LoadListener noting =
                new LoadListener() {
                    @Override
                    public void acknowledged(String id, List<String> recipients) {
                        accepted.addAll(recipients);
                    }
                };
        try (ProviderSimulator provider =
                ProviderSimulator.start(
                        ProviderOptions.with("plain").recipientsPerMessage(1).build())) {
            LoadSource.run(
                    LoadOptions.to(provider.address(), 1, 1)
                            .recipients("u%d@d%d.lab", 1, 2)
                            .build(),
                    noting);
            assertEquals(Set.of("u0@d0.lab"), accepted);
        }
    }

    @Test
    void a_message_cut_before_its_end_is_sent_again_and_one_cut_after_it_is_uncertain()
            throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> cutTwiceThenTake(server));
            var address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            LoadReport report = LoadSource.run(LoadOptions.to(address, 2, 1).build());
            assertEquals(1, report.uncertain(), report.toString());
            assertEquals(1, report.acknowledged(), report.toString());
            assertEquals(2, report.reconnects(), report.toString());
        }
    }

    private static void cutTwiceThenTake(ServerSocket server) {
        for (int round = 0; round < 3; round++) {
            try (SmtpTalk talk = new SmtpTalk(server.accept(), Duration.ofSeconds(10))) {
                talk.send("220 x").readLine();
                talk.send("250 x").readLine();
                if (round > 0) {
                    talk.readLine();
                    talk.readLine();
                    talk.send("250 x", "250 x", "354 x").readMessage();
                }
                if (round > 1) {
                    talk.send("250 x").readLine();
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    @Test
    void a_server_that_is_not_there_ends_the_run_when_patience_is_over() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = gone.getLocalPort();
        }
        var nowhere = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        LoadReport report =
                LoadSource.run(
                        LoadOptions.to(nowhere, 5, 2).patience(Duration.ofMillis(120)).build());
        assertEquals(5, report.unsent());
        assertTrue(report.reconnects() > 0);
    }

    @Test
    void a_rate_is_held() throws Exception {
        try (CountingSink sink = CountingSink.start(SinkOptions.defaults())) {
            LoadReport report =
                    LoadSource.run(LoadOptions.to(sink.address(), 20, 4).rate(100).build());
            assertTrue(report.took().compareTo(Duration.ofMillis(180)) > 0, report.toString());
        }
    }

    @Test
    void percentiles_are_known_to_three_percent() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 1_000; i++) {
            latencies.record(i * 1_000_000L);
        }
        assertEquals(500e6, (double) latencies.percentile(0.5).toNanos(), 16e6);
        assertEquals(990e6, (double) latencies.percentile(0.99).toNanos(), 32e6);
        assertEquals(Duration.ofNanos(0), new Latencies().percentile(0.5));
        latencies.record(Long.MAX_VALUE);
        assertTrue(latencies.percentile(1).toNanos() > Long.MAX_VALUE / 2);
    }

    @Test
    void the_sink_stops_remembering_at_its_bound_and_says_so() {
        SeenOnce seen = new SeenOnce(64 * 16);
        int twice = 0;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 500; i++) {
                twice += seen.seenBefore(i) ? 1 : 0;
            }
        }
        assertEquals(500, twice);
        assertFalse(seen.overflowed());
        for (int i = 0; i < 100_000; i++) {
            seen.seenBefore(i);
        }
        assertTrue(seen.overflowed());
    }

    @Test
    @Tag("bench")
    void the_sink_and_the_source_are_faster_than_what_they_measure() throws Exception {
        try (CountingSink sink = CountingSink.start(SinkOptions.defaults())) {
            LoadSource.run(LoadOptions.to(sink.address(), 50_000, 50).build());
            LoadReport report = LoadSource.run(LoadOptions.to(sink.address(), 200_000, 50).build());
            System.out.println(report);
            assertEquals(200_000, report.acknowledged());
        }
    }

    @Test
    @Tag("bench")
    void thousands_of_connections_are_held_at_a_time() throws Exception {
        SinkOptions far = SinkOptions.defaults().withLatency(Duration.ofMillis(300));
        try (CountingSink sink = CountingSink.start(far)) {
            LoadReport report =
                    LoadSource.run(LoadOptions.to(sink.address(), 30_000, 5_000).build());
            System.out.println(sink.counts().peakConnections() + " connections: " + report);
            assertEquals(30_000, report.acknowledged());
            assertTrue(sink.counts().peakConnections() > 4_000);
        }
    }

    @Test
    @Tag("bench")
    void the_simulator_takes_thousands_of_messages_a_second() throws Exception {
        ProviderOptions options = ProviderOptions.with("gmail").keepBodies(false).build();
        try (ProviderSimulator provider = ProviderSimulator.start(options)) {
            LoadReport report =
                    LoadSource.run(LoadOptions.to(provider.address(), 100_000, 50).build());
            System.out.println("simulator: " + report);
            assertEquals(100_000, report.acknowledged());
        }
    }
}
