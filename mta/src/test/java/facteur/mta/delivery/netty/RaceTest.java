package facteur.mta.delivery.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.Scenario;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.trace.Trace;
import facteur.testkit.smtp.ScriptedServer;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Addresses that answer, refuse and are silent. */
class RaceTest {
    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterAll
    static void close() {
        LOOPS.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final List<Connector.Offer> offers =
            java.util.Collections.synchronizedList(new ArrayList<>());

    @Test
    void the_limits_of_a_host_are_passed_on() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.start(
                        List.of(
                                talk -> {
                                    talk.sendRaw("220 raced.lab\r\n");
                                    talk.readLine();
                                    talk.sendRaw(
                                            "250-raced.lab\r\n250-8BITMIME\r\n"
                                                    + "250 LIMITS RCPTMAX=3 MAILMAX=7"
                                                    + " RCPTDOMAINMAX=2\r\n");
                                    assertEquals("QUIT", talk.readLine());
                                    talk.sendRaw("221 bye\r\n");
                                }))) {
            offers.clear();
            told(server.address());
            assertEquals(List.of(new Connector.Offer(3, 2, true, false)), offers);
        }
    }

    @Test
    void a_source_address_that_is_not_ours_is_told_from_a_host_that_refuses() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(List.of())) {
            assertEquals(
                    List.of("unreachable 0", "unusable CONNECT NO_SOCKET"),
                    told(Optional.of(InetAddress.ofLiteral("192.0.2.1")), server.address()));
        }
    }

    /** What a listener is told until it knows whether there is a session. */
    private static List<String> told(InetSocketAddress... addresses) throws Exception {
        return told(Optional.empty(), addresses);
    }

    private static List<String> told(Optional<InetAddress> source, InetSocketAddress... addresses)
            throws Exception {
        List<String> told = new ArrayList<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        new NettyConnector(
                        LOOPS,
                        NioSocketChannel.class,
                        new Trace(InstantSource.system()),
                        UnaryOperator.identity())
                .connect(
                        "raced.lab",
                        List.of(addresses),
                        source,
                        new SessionOptions("out.example", SessionOptions.Tls.NEVER, "raced.lab"),
                        new Connector.SessionListener() {
                            @Override
                            public void unreachable(InetSocketAddress address, Evidence why) {
                                told.add("unreachable " + place(address));
                            }

                            @Override
                            public void connected(InetSocketAddress address) {
                                told.add("connected " + place(address));
                            }

                            private int place(InetSocketAddress address) {
                                return List.of(addresses).indexOf(address);
                            }

                            @Override
                            public void ready(Connector.OutboundSession session) {
                                told.add("ready " + place(session.remote()));
                                offers.add(session.offer());
                                session.finish();
                            }

                            @Override
                            public void unusable(Evidence why) {
                                told.add("unusable " + Scenario.told(why));
                                over.complete(null);
                            }

                            @Override
                            public void reported(
                                    Connector.OutboundSession session,
                                    List<RecipientResult> results) {
                                told.add("reported");
                            }

                            @Override
                            public void returned(Connector.OutboundSession session, Evidence why) {
                                told.add("returned");
                            }

                            @Override
                            public void closed(Connector.OutboundSession session) {
                                over.complete(null);
                            }
                        });
        over.get(20, TimeUnit.SECONDS);
        return told;
    }

    private static ScriptedServer server() throws IOException {
        return ScriptedServer.start(
                List.of(
                        talk -> {
                            talk.sendRaw("220 raced.lab\r\n");
                            talk.readLine();
                            talk.sendRaw("250 raced.lab\r\n");
                            assertEquals("QUIT", talk.readLine());
                            talk.sendRaw("221 bye\r\n");
                        }));
    }

    private static InetSocketAddress refusing() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) closed.getLocalSocketAddress();
        }
    }

    /** An address whose queue is full, so that the kernel drops every further SYN. */
    private static final class Silent implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> waiting = new ArrayList<>();

        Silent() throws IOException {
            boolean answers = true;
            while (answers) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(server.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    answers = false;
                }
                assertTrue(waiting.size() < 100, "the queue is never full");
            }
        }

        InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            server.close();
        }
    }

    @Test
    void a_silent_address_is_not_waited_for() throws Exception {
        try (Silent silent = new Silent();
                ScriptedServer server = server()) {
            assertEquals(
                    List.of("connected 1", "ready 1"), told(silent.address(), server.address()));
            server.verify(Duration.ofSeconds(20));
        }
    }

    @Test
    void an_address_that_refuses_gives_way_at_once() throws Exception {
        try (ScriptedServer server = server()) {
            assertEquals(
                    List.of("unreachable 0", "connected 1", "ready 1"),
                    told(refusing(), server.address()));
            server.verify(Duration.ofSeconds(20));
        }
    }

    @Test
    void the_first_that_answers_is_used_and_the_second_not_knocked_at() throws Exception {
        try (ScriptedServer server = server();
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(
                    List.of("connected 0", "ready 0"),
                    told(server.address(), (InetSocketAddress) second.getLocalSocketAddress()));
            server.verify(Duration.ofSeconds(20));
            second.setSoTimeout(1);
            try (Socket knocked = second.accept()) {
                throw new AssertionError("knocked at by " + knocked);
            } catch (SocketTimeoutException _) {
                assertTrue(second.isBound());
            }
        }
    }

    @Test
    void when_all_refuse_each_is_told_of() throws Exception {
        assertEquals(
                List.of("unreachable 0", "unreachable 1", "unusable CONNECT CONNECTION_REFUSED"),
                told(refusing(), refusing()));
    }
}
