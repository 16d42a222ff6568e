package facteur.mta.smtpd.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.access.Admission;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mta.reception.Sessions;
import facteur.mta.reception.SmtpSession;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.reception.james.SubmissionDialogue;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.smtpd.ServerDialogue;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.submission.KnownCredentials;
import facteur.mta.submission.Submission;
import facteur.mta.trace.Trace;
import facteur.store.Store;
import facteur.testkit.tls.LabCertificate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What clients cost that have not logged in, in octets, connections and time. */
class StrangersTest {
    private static final String LOGIN =
            "AUTH PLAIN "
                    + Base64.getEncoder()
                            .encodeToString("\0app\0right".getBytes(StandardCharsets.UTF_8))
                    + "\r\n";

    /** Netty's high water mark, one flush of ours, and one reply. */
    private static final long BOUND = (64 << 10) + (16 << 10) + (4 << 10);

    @TempDir private Path directory;

    private final Admission admission = new Admission();
    private Store store;
    private ServerDialogue.Factory dialogues;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(Store.Options.of(directory));
        Submission submission =
                new Submission(
                        store,
                        new MailIds(1, new MailId(0)),
                        InstantSource.system(),
                        () -> new Submission.Rules("door.example", 1 << 20, TrackingMode.FULL),
                        _ -> {},
                        () -> false);
        KnownCredentials credentials =
                new KnownCredentials(
                        List.of(CredentialSettings.unrestricted("app", new Secret("right"))),
                        new Argon2id(),
                        Runnable::run);
        JamesSessionFactory sessions =
                Sessions.of(submission, credentials, new AddressPolicy(List.of()));
        dialogues =
                new SubmissionDialogue.Factory(
                        sessions,
                        submission,
                        () -> new SmtpSession.Rules(true, false, false, 5),
                        Optional::empty);
    }

    private SmtpService service(Optional<SslContext> tls) {
        return new SmtpService(
                "submissions",
                dialogues,
                admission,
                () -> new Admission.Limits(1000, 200),
                () -> tls,
                Timeouts.SUBMISSION,
                new Trace(InstantSource.system()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private DeafChannel connect(String client) {
        return new DeafChannel(
                client,
                new ConnectionHandler(
                        SmtpService.Security.STARTTLS, false, service(Optional.empty())));
    }

    private DeafChannel loggedIn(String client) {
        DeafChannel channel = connect(client);
        channel.say("EHLO client.example\r\n" + LOGIN);
        assertTrue(channel.said().contains("235 2.7.0"));
        return channel;
    }

    @Test
    void a_client_that_waits_is_told_of_the_shutdown() {
        DeafChannel channel = loggedIn("192.0.2.1");
        channel.pipeline().fireUserEventTriggered(ConnectionHandler.SHUTDOWN);
        assertTrue(
                channel.said()
                        .endsWith("421 4.3.2 the server is shutting down; try again later\r\n"));
        assertFalse(channel.isOpen());
        assertEquals(0, admission.count());
    }

    @Test
    void a_client_that_never_reads_is_not_read_either() {
        DeafChannel channel = loggedIn("192.0.2.1");
        channel.deaf(true);
        long read = channel.sendWhileRead("EHLO x\r\n".repeat(500), 64 << 20);
        System.out.println(
                "never reading: " + read + " octets read, " + channel.waiting() + " wait");
        assertFalse(channel.config().isAutoRead());
        assertTrue(read < 128 << 10, read + " octets were read");
        assertTrue(channel.waiting() < BOUND, channel.waiting() + " octets wait");
        // When it reads at last, it gets every reply, and is read again.
        channel.deaf(false);
        assertTrue(channel.config().isAutoRead());
        assertEquals(0, channel.waiting());
        int replies = channel.said().split("250 ENHANCEDSTATUSCODES", -1).length - 1;
        assertEquals(read / "EHLO x\r\n".length(), replies);
        channel.say("NOOP\r\n");
        assertTrue(channel.said().startsWith("250 "));
        channel.close();
    }

    @Test
    void one_that_goes_on_not_reading_is_closed_although_it_never_takes_the_reply() {
        DeafChannel channel = loggedIn("192.0.2.1");
        channel.deaf(true);
        channel.sendWhileRead("EHLO x\r\n".repeat(500), 64 << 20);
        channel.after(5 * 60 + 1);
        channel.after(3);
        assertFalse(channel.isOpen());
        assertEquals(0, admission.count());
    }

    @Test
    void under_tls_from_the_first_octet_it_is_the_same() throws Exception {
        LabCertificate lab = LabCertificate.of("door.example");
        SslContext tls =
                SslContextBuilder.forServer(ascii(lab.certificatePem()), ascii(lab.keyPem()))
                        .sslProvider(SslProvider.JDK)
                        .build();
        DeafChannel server =
                new DeafChannel(
                        "192.0.2.1",
                        new ConnectionHandler(
                                SmtpService.Security.IMPLICIT, false, service(Optional.of(tls))));
        EmbeddedChannel client =
                new EmbeddedChannel(
                        SslContextBuilder.forClient()
                                .sslProvider(SslProvider.JDK)
                                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                .endpointIdentificationAlgorithm("")
                                .build()
                                .newHandler(server.alloc()));
        for (int turn = 0; turn < 10; turn++) {
            move(client, server);
            move(server, client);
        }
        client.writeOutbound(copied("EHLO client.example\r\n" + LOGIN));
        move(client, server);
        move(server, client);
        assertEquals(0, admission.strangers(), "logged in");
        server.deaf(true);
        String many = "EHLO x\r\n".repeat(500);
        long read = 0;
        while (read < 64 << 20 && server.isOpen() && server.config().isAutoRead()) {
            client.writeOutbound(copied(many));
            move(client, server);
            read += many.length();
        }
        System.out.println(
                "never reading under TLS: " + read + " octets read, " + server.waiting() + " wait");
        assertTrue(server.isOpen());
        assertTrue(read < 128 << 10, read + " octets were read");
        assertTrue(server.waiting() < BOUND + (16 << 10), server.waiting() + " octets wait");
        server.close();
        client.close();
    }

    private static ByteArrayInputStream ascii(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuf copied(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static void move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        ByteBuf octets = from.readOutbound();
        while (octets != null) {
            to.writeInbound(octets);
            octets = from.readOutbound();
        }
        to.runPendingTasks();
    }

    @Test
    void commands_before_a_login_are_counted() {
        DeafChannel channel = connect("192.0.2.1");
        assertTrue(channel.said().startsWith("220 "));
        channel.say("EHLO x\r\n" + "NOOP\r\n".repeat(200));
        String said = channel.said();
        assertEquals(99, said.split("250 2.0.0 OK", -1).length - 1, said);
        assertTrue(said.endsWith("421 4.7.0 too many commands before a login\r\n"), said);
        assertFalse(channel.isOpen());
        DeafChannel known = loggedIn("192.0.2.2");
        known.say("NOOP\r\n".repeat(2000));
        assertEquals(2000, known.said().split("250 2.0.0 OK", -1).length - 1);
        known.close();
    }

    @Test
    void silence_and_one_octet_a_second_end_after_a_minute() {
        DeafChannel silent = connect("192.0.2.1");
        DeafChannel slow = connect("192.0.2.2");
        DeafChannel busy = connect("192.0.2.3");
        for (int second = 0; second < 59; second++) {
            slow.say("E");
            busy.say("NOOP\r\n");
            for (DeafChannel channel : List.of(silent, slow, busy)) {
                channel.after(1);
                assertTrue(channel.isOpen());
            }
        }
        for (DeafChannel channel : List.of(silent, slow, busy)) {
            channel.after(1);
            assertTrue(channel.said().endsWith("421 4.4.2 Timeout\r\n"));
            assertFalse(channel.isOpen());
        }
        assertEquals(0, admission.count());
    }

    @Test
    void who_has_logged_in_has_the_times_of_rfc_5321() {
        DeafChannel channel = loggedIn("192.0.2.1");
        channel.after(299);
        channel.say("NOOP\r\n");
        assertTrue(channel.said().startsWith("250 "));
        channel.after(299);
        assertTrue(channel.isOpen());
        channel.after(2);
        assertTrue(channel.said().startsWith("421 4.4.2"));
        assertFalse(channel.isOpen());
    }

    @Test
    void a_thousand_silent_connections_leave_room_for_one_that_sends() {
        List<DeafChannel> silent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            for (int network = 1; network <= 5; network++) {
                silent.add(connect("198.51." + network + ".1"));
            }
        }
        silent.forEach(EmbeddedChannel::runPendingTasks);
        long open = silent.stream().filter(EmbeddedChannel::isOpen).count();
        System.out.println("1000 silent connections: " + open + " are open");
        assertEquals(750, open);
        assertTrue(
                silent.stream()
                        .filter(channel -> !channel.isOpen())
                        .allMatch(
                                channel ->
                                        channel.said()
                                                .endsWith(
                                                        "421 4.7.0 too many connections; try again"
                                                                + " later\r\n")));
        DeafChannel honest = loggedIn("192.0.2.1");
        honest.say("MAIL FROM:<a@send.example>\r\n");
        assertTrue(honest.said().startsWith("250 "));
        for (int i = 0; i < 100; i++) {
            connect("203.0." + i + ".1");
        }
        honest.runPendingTasks();
        assertTrue(honest.isOpen());
        honest.say("RCPT TO:<b@mx.example>\r\n");
        assertTrue(honest.said().startsWith("250 "));
    }

    @Test
    void what_breaks_the_rules_is_told_before_the_connection_is_closed() {
        for (String wrong :
                List.of(
                        "NOOP\0\r\n",
                        "NOOP\rNOOP\r\n",
                        "NOOP\n",
                        "AUTH PLAIN " + "A".repeat(20_000))) {
            DeafChannel channel = connect("192.0.2.1");
            channel.said();
            channel.say("EHLO x\r\n");
            channel.said();
            channel.say(wrong);
            assertTrue(channel.said().startsWith("500 5.5.2 "), wrong.substring(0, 5));
            assertFalse(channel.isOpen());
        }
    }

    @Test
    void an_answer_to_a_challenge_that_never_ends_is_refused() {
        DeafChannel channel = connect("192.0.2.1");
        channel.say("EHLO x\r\nAUTH PLAIN\r\n");
        assertTrue(channel.said().endsWith("334 \r\n"));
        long sent = channel.sendWhileRead("A".repeat(1000), 1 << 20);
        assertTrue(channel.said().startsWith("500 5.5.2 a command line is too long"));
        assertTrue(sent <= 13_000, sent + " octets");
        assertFalse(channel.isOpen());
    }

    @Test
    void literals_of_our_own_networks_are_refused_at_rcpt() {
        DeafChannel channel = loggedIn("192.0.2.1");
        channel.say("MAIL FROM:<a@send.example>\r\n");
        channel.said();
        for (String domain :
                List.of(
                        "[127.0.0.1]",
                        "[169.254.169.254]",
                        "[IPv6:::1]",
                        "127.0.0.1",
                        "127.1",
                        "0177.0.0.1",
                        "0x7f.0.0.1")) {
            channel.say("RCPT TO:<ok@" + domain + ">\r\n");
            assertTrue(channel.said().startsWith("550 5.7.1 "), domain);
        }
        channel.say("RCPT TO:<ok@[8.8.8.8]>\r\n");
        assertTrue(channel.said().startsWith("250 "));
        channel.close();
    }

    @Test
    void accepting_pauses_for_a_second_and_a_stranger_gives_way() {
        DeafChannel stranger = connect("192.0.2.1");
        AcceptPause pause = new AcceptPause("a test", admission::relieve);
        DeafChannel listener = new DeafChannel("192.0.2.9", pause);
        for (int i = 0; i < 100; i++) {
            listener.pipeline().fireExceptionCaught(new java.io.IOException("Too many open files"));
        }
        stranger.runPendingTasks();
        assertFalse(listener.config().isAutoRead());
        assertFalse(stranger.isOpen());
        listener.after(1);
        assertTrue(listener.config().isAutoRead());
        listener.checkException();
    }
}
