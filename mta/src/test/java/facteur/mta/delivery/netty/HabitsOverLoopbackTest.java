package facteur.mta.delivery.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.benmanes.caffeine.cache.Ticker;

import facteur.config.unit.Network;
import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.message.Content;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostMemory;
import facteur.mta.delivery.HostWalk;
import facteur.mta.delivery.Scenario;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.egress.EgressSource;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Route;
import facteur.mta.routing.Router;
import facteur.mta.trace.Trace;
import facteur.testkit.smtp.ScriptedServer;
import facteur.testkit.smtp.SmtpTalk;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Hosts that bear less than they announce, one connection after the other: nobody's message is
 * refused for a habit of ours, and the next connection does without it.
 */
class HabitsOverLoopbackTest {
    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private static final Duration SOON = Duration.ofMillis(100);

    private final HostMemory memory = new HostMemory(Ticker.systemTicker());
    private final Deque<String> waiting = new ArrayDeque<>();
    private final List<String> outcomes = new ArrayList<>();

    @AfterAll
    static void close() {
        LOOPS.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void deliver(List<String> recipients, ScriptedServer.Part... connections)
            throws Exception {
        waiting.addAll(recipients);
        try (ScriptedServer server = ScriptedServer.start(List.of(connections))) {
            for (int i = 0; i < connections.length; i++) {
                CompletableFuture<Void> over = new CompletableFuture<>();
                walk(server.address().getPort(), over);
                over.get(20, TimeUnit.SECONDS);
            }
            server.verify(Duration.ofSeconds(20));
        }
    }

    private void walk(int port, CompletableFuture<Void> over) throws Exception {
        Router router =
                new Router(
                        new Loopback(),
                        Set.of(),
                        new AddressPolicy(List.of(Network.parse("127.0.0.0/8").orElseThrow())),
                        new Random(1),
                        Ticker.systemTicker());
        HostWalk.start(
                new HostWalk.Terrain(
                        router,
                        new NettyConnector(
                                LOOPS, NioSocketChannel.class, new Trace(InstantSource.system())),
                        memory,
                        new TlsMemory(InstantSource.system(), _ -> {}, List.of()),
                        port,
                        SessionOptions.Tls.OFFERED),
                Optional.empty(),
                new EgressSource("a", Optional.empty(), "out.example", 1),
                new Route.Hosts("mx.example", List.of(new Route.MxHost(0, "mx.example"))),
                new HostWalk.Outcome() {
                    @Override
                    public Connector.SessionListener ready(Connector.OutboundSession session) {
                        return new Sender(over);
                    }

                    @Override
                    public void exhausted(Evidence why, boolean tried, Duration again) {
                        outcomes.add("exhausted " + Scenario.told(why));
                        over.complete(null);
                    }
                });
    }

    /** Keeps two messages on the way, and gives back what was not tried; on the loop's thread. */
    private final class Sender implements Connector.SessionListener {
        private final CompletableFuture<Void> over;
        private final Deque<String> underWay = new ArrayDeque<>();
        private int given;

        Sender(CompletableFuture<Void> over) {
            this.over = over;
        }

        private void proceed(Connector.OutboundSession session) {
            int ahead = session.offer().pipelining() ? 2 : 1;
            while (underWay.size() < ahead
                    && !waiting.isEmpty()
                    && given < session.offer().mostMessages()) {
                String recipient = waiting.remove();
                underWay.add(recipient);
                given++;
                session.assign(transaction(recipient), message());
            }
            if (underWay.isEmpty()) {
                session.finish();
            }
        }

        @Override
        public void ready(Connector.OutboundSession session) {
            proceed(session);
        }

        @Override
        public void unusable(Evidence why) {
            throw new AssertionError(why);
        }

        @Override
        public void reported(Connector.OutboundSession session, List<RecipientResult> results) {
            outcomes.add(underWay.remove() + " " + Scenario.told(results.getFirst().evidence()));
            session.recorded();
            if (!underWay.isEmpty()) {
                proceed(session);
            }
        }

        @Override
        public void returned(Connector.OutboundSession session, Evidence why) {
            String recipient = underWay.remove();
            outcomes.add(recipient + " returned");
            waiting.addFirst(recipient);
        }

        @Override
        public void closed(Connector.OutboundSession session) {
            over.complete(null);
        }
    }

    private static Content message() {
        return Content.of("x\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static Transaction transaction(String recipient) {
        AddressParser addresses = AddressParser.ascii();
        return new Transaction(
                new ReversePath.Of(addresses.address("a@send.example").orElseThrow()),
                List.of(Recipient.of(addresses.address(recipient + "@mx.example").orElseThrow())),
                3,
                false,
                Optional.empty(),
                MailOptions.NONE,
                Optional.empty());
    }

    private static void greet(SmtpTalk talk, String... extensions) throws IOException {
        talk.sendRaw("220 mx.example\r\n");
        talk.readLine();
        for (String extension : extensions) {
            talk.sendRaw("250-" + extension + "\r\n");
        }
        talk.sendRaw("250 8BITMIME\r\n");
    }

    private static void envelope(SmtpTalk talk) throws IOException {
        readEnvelope(talk);
        talk.sendRaw("250 ok\r\n250 ok\r\n354 go on\r\n");
    }

    private static void readEnvelope(SmtpTalk talk) throws IOException {
        assertEquals("MAIL FROM:<a@send.example>", talk.readLine());
        talk.readLine();
        assertEquals("DATA", talk.readLine());
    }

    private static void message(SmtpTalk talk) throws IOException {
        talk.readMessage();
        talk.sendRaw("250 taken\r\n");
    }

    private static void quit(SmtpTalk talk) throws IOException {
        assertEquals("QUIT", talk.readLine());
        talk.sendRaw("221 bye\r\n");
    }

    @Test
    void a_host_that_answers_503_behind_the_dot_and_closes_costs_no_attempt_and_is_learnt()
            throws Exception {
        deliver(
                List.of("one", "two", "three", "four"),
                talk -> {
                    greet(talk, "mx.example", "PIPELINING");
                    envelope(talk);
                    message(talk);
                    envelope(talk);
                    talk.readMessage();
                    readEnvelope(talk); // it came behind the dot
                    talk.sendRaw("250 taken\r\n503 one at a time\r\n");
                },
                talk -> {
                    greet(talk, "mx.example", "PIPELINING");
                    for (int i = 0; i < 2; i++) {
                        envelope(talk);
                        talk.readMessage();
                        assertTrue(talk.silentFor(SOON), "nothing comes behind the dot");
                        talk.sendRaw("250 taken\r\n");
                    }
                    quit(talk);
                });
        assertEquals(
                List.of(
                        "one DOT 250 taken",
                        "two DOT 250 taken",
                        "three returned",
                        "four returned", // it followed the third
                        "four DOT 250 taken",
                        "three DOT 250 taken"),
                outcomes);
    }

    @Test
    void a_host_that_hangs_up_on_bdat_is_asked_with_data() throws Exception {
        deliver(
                List.of("one"),
                talk -> {
                    greet(talk, "mx.example", "PIPELINING", "CHUNKING");
                    talk.readLine();
                    talk.readLine();
                    assertEquals("BDAT 3 LAST", talk.readLine());
                    talk.readChunk(3);
                },
                talk -> {
                    greet(talk, "mx.example", "PIPELINING", "CHUNKING");
                    envelope(talk);
                    message(talk);
                    quit(talk);
                });
        assertEquals(List.of("one returned", "one DOT 250 taken"), outcomes);
    }

    @Test
    void a_host_that_hangs_up_on_pipelining_is_asked_command_by_command() throws Exception {
        deliver(
                List.of("one"),
                talk -> {
                    greet(talk, "mx.example", "PIPELINING");
                    readEnvelope(talk);
                },
                talk -> {
                    greet(talk, "mx.example", "PIPELINING");
                    for (String command : List.of("MAIL", "RCPT", "DATA")) {
                        assertEquals(command, talk.readLine().substring(0, 4));
                        assertTrue(talk.silentFor(SOON), "each waits for the reply before");
                        talk.sendRaw(command.equals("DATA") ? "354 go on\r\n" : "250 ok\r\n");
                    }
                    message(talk);
                    quit(talk);
                });
        assertEquals(List.of("one returned", "one DOT 250 taken"), outcomes);
    }

    @Test
    void a_host_that_closes_behind_two_messages_without_a_word_is_given_two() throws Exception {
        ScriptedServer.Part two =
                talk -> {
                    greet(talk, "mx.example");
                    for (int i = 0; i < 2; i++) {
                        steps(talk);
                    }
                    talk.readLine();
                };
        ScriptedServer.Part twoAndQuit =
                talk -> {
                    greet(talk, "mx.example");
                    for (int i = 0; i < 2; i++) {
                        steps(talk);
                    }
                    quit(talk);
                };
        deliver(List.of("1", "2", "3", "4", "5", "6", "7", "8"), two, two, twoAndQuit, twoAndQuit);
        assertEquals(
                List.of(
                        "1 DOT 250 taken",
                        "2 DOT 250 taken",
                        "3 returned",
                        "3 DOT 250 taken",
                        "4 DOT 250 taken",
                        "5 returned",
                        "5 DOT 250 taken",
                        "6 DOT 250 taken",
                        "7 DOT 250 taken",
                        "8 DOT 250 taken"),
                outcomes);
    }

    private static void steps(SmtpTalk talk) throws IOException {
        for (String reply : List.of("250 ok", "250 ok", "354 go on")) {
            talk.readLine();
            talk.sendRaw(reply + "\r\n");
        }
        message(talk);
    }

    /** Every name is here. */
    private static final class Loopback implements Resolver {
        @Override
        public CompletableFuture<Answer<Mx>> mx(String domain) {
            return CompletableFuture.completedFuture(new Answer.NoData<>());
        }

        @Override
        public CompletableFuture<Answer<InetAddress>> addresses(String host) {
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(
                            List.of(InetAddress.ofLiteral("127.0.0.1")), Duration.ofHours(1)));
        }
    }
}
