package facteur.mta.delivery.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import facteur.mail.address.AddressParser;
import facteur.mail.address.ReversePath;
import facteur.mail.message.Content;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.Scenario;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.trace.Trace;
import facteur.testkit.smtp.ScriptedServer;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.tls.LabCertificate;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Hosts that do what no script can write down. */
class HostileHostTest {
    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final String EHLO = "250-mx.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n";

    @AfterAll
    static void close() {
        LOOPS.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static byte[] megabytes(int count) {
        byte[] line = ("." + "x".repeat(97) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[count * 10_000 * line.length];
        for (int i = 0; i < message.length; i += line.length) {
            System.arraycopy(line, 0, message, i, line.length);
        }
        return message;
    }

    private static Transaction transaction() {
        AddressParser addresses = AddressParser.ascii();
        return new Transaction(
                new ReversePath.Of(addresses.address("a@send.example").orElseThrow()),
                List.of(Recipient.of(addresses.address("b@mx.example").orElseThrow())),
                1000,
                false,
                Optional.empty(),
                MailOptions.NONE,
                Optional.empty());
    }

    /** Delivers the message again and again until the session ends; gives what became of it. */
    private static List<String> deliver(
            byte[] message, UnaryOperator<Duration> patience, ScriptedServer.Part... hosts)
            throws Exception {
        List<String> outcomes = new ArrayList<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(List.of(hosts))) {
            new NettyConnector(
                            LOOPS,
                            NioSocketChannel.class,
                            new Trace(java.time.InstantSource.system()),
                            patience)
                    .connect(
                            "hostile.lab",
                            List.of(server.address()),
                            Optional.empty(),
                            new SessionOptions(
                                    "out.example", SessionOptions.Tls.OFFERED, "mx.example"),
                            new Connector.SessionListener() {
                                @Override
                                public void ready(Connector.OutboundSession session) {
                                    session.assign(transaction(), Content.of(message));
                                }

                                @Override
                                public void unusable(Evidence why) {
                                    outcomes.add("unusable " + Scenario.told(why));
                                    over.complete(null);
                                }

                                @Override
                                public void reported(
                                        Connector.OutboundSession session,
                                        List<RecipientResult> results) {
                                    results.forEach(r -> outcomes.add(Scenario.told(r.evidence())));
                                    session.recorded();
                                }

                                @Override
                                public void returned(
                                        Connector.OutboundSession session, Evidence why) {
                                    outcomes.add("returned, " + Scenario.told(why));
                                }

                                @Override
                                public void closed(Connector.OutboundSession session) {
                                    over.complete(null);
                                }
                            });
            over.get(20, TimeUnit.SECONDS);
            server.verify(Duration.ofSeconds(20));
        }
        return outcomes;
    }

    private static void envelope(SmtpTalk talk) throws IOException {
        assertEquals("MAIL FROM:<a@send.example>", talk.readLine());
        assertEquals("RCPT TO:<b@mx.example>", talk.readLine());
        assertEquals("DATA", talk.readLine());
        talk.sendRaw("250 ok\r\n250 ok\r\n354 go on\r\n");
    }

    private static void greet(SmtpTalk talk) throws IOException {
        talk.sendRaw("220 mx.example\r\n");
        talk.readLine();
        talk.sendRaw(EHLO);
    }

    /** Reads on until the client has gone, and keeps what is no line of the message. */
    private static void drain(SmtpTalk talk, List<String> other) throws IOException {
        try {
            while (other.size() < 100) {
                String line = talk.readLine();
                if (!line.startsWith("..x")) {
                    other.add(line);
                }
            }
        } catch (IOException | AssertionError gone) {
            talk.close();
        }
    }

    @Test
    void a_refusal_in_the_middle_of_the_content_ends_the_session_before_another_command()
            throws Exception {
        List<String> behind = new ArrayList<>();
        List<String> outcomes =
                deliver(
                        megabytes(60),
                        UnaryOperator.identity(),
                        talk -> {
                            greet(talk);
                            envelope(talk);
                            talk.sendRaw("552 5.3.4 too big\r\n");
                            drain(talk, behind);
                        });
        assertEquals(List.of("DOT 552 5.3.4 too big"), outcomes);
        assertFalse(behind.stream().anyMatch(line -> line.contains("MAIL")), behind::toString);
    }

    @Test
    void a_consent_in_the_middle_of_the_content_is_none() throws Exception {
        List<String> outcomes =
                deliver(
                        megabytes(60),
                        UnaryOperator.identity(),
                        talk -> {
                            greet(talk);
                            envelope(talk);
                            talk.sendRaw("250 taken\r\n");
                            drain(talk, new ArrayList<>());
                        });
        assertEquals(List.of("DOT PROTOCOL_ERROR"), outcomes);
    }

    @Test
    void a_host_that_stops_reading_is_given_up_before_the_dot() throws Exception {
        CompletableFuture<Void> given = new CompletableFuture<>();
        List<String> outcomes =
                deliver(
                        megabytes(60),
                        _ -> Duration.ofMillis(300),
                        talk -> {
                            greet(talk);
                            envelope(talk);
                            given.orTimeout(2, TimeUnit.SECONDS).exceptionally(_ -> null).join();
                        });
        assertEquals(List.of("DATA REPLY_TIMEOUT"), outcomes);
    }

    @Test
    void a_large_message_arrives_octet_for_octet() throws Exception {
        byte[] message = megabytes(20);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        List<String> outcomes =
                deliver(
                        message,
                        UnaryOperator.identity(),
                        talk -> {
                            greet(talk);
                            envelope(talk);
                            arrived.complete(talk.readMessage());
                            talk.sendRaw("250 taken\r\n421 bye\r\n");
                            talk.closedByPeer();
                        });
        assertEquals(List.of("DOT 250 taken", "returned, MAIL CONNECTION_LOST"), outcomes);
        assertEquals(0, Arrays.compare(message, arrived.get(1, TimeUnit.SECONDS)));
    }

    @Test
    void replies_glued_behind_the_220_of_starttls_are_dropped() throws Exception {
        LabCertificate certificate = LabCertificate.of("hostile.lab");
        List<String> outcomes =
                deliver(
                        "x\r\n".getBytes(StandardCharsets.US_ASCII),
                        UnaryOperator.identity(),
                        talk -> {
                            talk.sendRaw("220 mx.example\r\n");
                            talk.readLine();
                            talk.sendRaw("250-mx.example\r\n250 STARTTLS\r\n");
                            assertEquals("STARTTLS", talk.readLine());
                            talk.sendRaw("220 go\r\n250-evil.example\r\n250 SIZE 1\r\n");
                            talk.acceptTls(certificate);
                            assertEquals("EHLO out.example", talk.readLine());
                            talk.sendRaw(EHLO);
                            envelope(talk);
                            talk.readMessage();
                            talk.sendRaw("250 taken\r\n421 bye\r\n");
                            talk.closedByPeer();
                        });
        assertEquals(List.of("DOT 250 taken", "returned, MAIL CONNECTION_LOST"), outcomes);
    }

    @Test
    void a_reply_that_never_ends_is_given_up_in_bounded_memory() throws Exception {
        List<String> outcomes =
                deliver(
                        new byte[0],
                        _ -> Duration.ofMillis(500),
                        talk -> {
                            byte[] much =
                                    "220-".repeat(250_000).getBytes(StandardCharsets.US_ASCII);
                            try {
                                while (true) {
                                    talk.sendRaw(much);
                                }
                            } catch (IOException closed) {
                                talk.close();
                            }
                        });
        assertEquals(List.of("unusable BANNER REPLY_TIMEOUT"), outcomes);
    }

    /** What is longer than any single reply may take is cut to this: the whole of a transaction. */
    private static Duration wholeTransaction(Duration allowed) {
        return allowed.compareTo(Duration.ofMinutes(30)) > 0 ? Duration.ofMillis(800) : allowed;
    }

    @Test
    void a_reply_that_comes_octet_by_octet_has_no_more_time_than_one_that_comes_at_once()
            throws Exception {
        List<String> outcomes =
                deliver(
                        new byte[0],
                        _ -> Duration.ofMillis(400),
                        talk -> {
                            try {
                                while (true) {
                                    talk.sendRaw("2");
                                    pause(50);
                                }
                            } catch (IOException closed) {
                                talk.close();
                            }
                        });
        assertEquals(List.of("unusable BANNER REPLY_TIMEOUT"), outcomes);
    }

    @Test
    void lines_that_never_end_a_reply_have_no_more_time_than_one() throws Exception {
        List<String> outcomes =
                deliver(
                        new byte[0],
                        _ -> Duration.ofMillis(400),
                        talk -> {
                            try {
                                while (true) {
                                    talk.sendRaw("220-still here\r\n");
                                    pause(50);
                                }
                            } catch (IOException closed) {
                                talk.close();
                            }
                        });
        assertEquals(List.of("unusable BANNER REPLY_TIMEOUT"), outcomes);
    }

    @Test
    void a_host_that_takes_an_octet_now_and_then_does_not_keep_a_session() throws Exception {
        List<String> outcomes =
                deliver(
                        megabytes(60),
                        HostileHostTest::wholeTransaction,
                        talk -> {
                            greet(talk);
                            envelope(talk);
                            long longEnough = System.nanoTime() + 1_500_000_000L;
                            while (System.nanoTime() < longEnough) {
                                talk.readLine();
                                pause(1);
                            }
                            talk.close();
                        });
        assertEquals(List.of("DATA REPLY_TIMEOUT"), outcomes);
    }

    @Test
    void replies_each_of_which_is_in_time_do_not_keep_a_session_together() throws Exception {
        List<String> outcomes =
                deliver(
                        "x\r\n".getBytes(StandardCharsets.US_ASCII),
                        HostileHostTest::wholeTransaction,
                        talk -> {
                            talk.sendRaw("220 mx.example\r\n");
                            talk.readLine();
                            talk.sendRaw("250 mx.example\r\n");
                            assertEquals("MAIL FROM:<a@send.example>", talk.readLine());
                            pause(500);
                            talk.sendRaw("250 ok\r\n");
                            assertEquals("RCPT TO:<b@mx.example>", talk.readLine());
                            pause(500);
                            talk.closedByPeer();
                        });
        assertEquals(List.of("RCPT REPLY_TIMEOUT"), outcomes);
    }

    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
