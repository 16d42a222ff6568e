package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.SettingsResult;
import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.status.Status;
import facteur.mta.shaping.Shaper;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Queries;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.CountingSink;
import facteur.testkit.smtp.SinkOptions;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Receivers that nobody here wrote: Postfix with Postgrey, Exim, and OpenSMTPD. */
class ReceiversTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path directory;

    private Path certificate;
    private Path key;

    @BeforeEach
    void certificate() throws IOException {
        certificate = directory.resolve("cert.pem");
        key = directory.resolve("key.pem");
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=mx.lab",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
    }

    private void run(String... command) throws IOException {
        Peers.Ended ended = Peers.run(PATIENCE, directory, List.of(command));
        assertEquals(0, ended.status(), ended.output());
    }

    private SettingsResult.Good settings(LoopbackDns dns, int port) throws IOException {
        return settings(dns, port, "");
    }

    private SettingsResult.Good settings(LoopbackDns dns, int port, String more)
            throws IOException {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file,
                """
                hostname: mail.sender.example
                data_dir: %s
                submission: { listeners: [{ address: "127.0.0.1:0", tls: none }], trust_loopback: true, require_tls_for_auth: false }
                credentials: [{ user: app, password: "correct horse", campaigns: any }]
                dns: { servers: ["127.0.0.1:%d"] }
                delivery: { port: %d, allow_networks: ["127.0.0.0/8"], retry: [1s, 2s] }
                tracker: { listen: "127.0.0.1:0" }
                admin: { listen: "127.0.0.1:0", initial_password: "a long password" }
                %s
                """
                        .formatted(directory.resolve("data"), dns.address().getPort(), port, more));
        return LabSettings.read(file);
    }

    private static void submit(
            InetSocketAddress to, int size, String parameters, List<String> recipients)
            throws Exception {
        String line = "x".repeat(76) + "\r\n";
        submit(
                to,
                "Subject: a letter\r\n\r\n" + line.repeat(size / line.length()),
                parameters,
                recipients);
    }

    private static void submit(
            InetSocketAddress to, String text, String parameters, List<String> recipients)
            throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(to)) {
            talk.greet("client.example");
            talk.ask("MAIL FROM:<news@sender.example>" + parameters, 250);
            for (String recipient : recipients) {
                talk.ask("RCPT TO:<" + recipient + ">", 250);
            }
            talk.ask("DATA", 354);
            talk.sendMessage(
                    ("From: news@sender.example\r\n" + text).getBytes(StandardCharsets.UTF_8));
            talk.expect(250);
        }
    }

    private static Optional<MessageRecipient> recipient(
            Server server, String local, String domain) {
        Queries views = server.store().views();
        return views.contacts()
                .find(new Address(local, new Domain(domain)).key())
                .map(
                        contact ->
                                views.contacts()
                                        .messages(contact.id(), Optional.empty(), 1)
                                        .getFirst());
    }

    private static boolean shows(Server server, String local, String domain, Status status) {
        return recipient(server, local, domain)
                .filter(found -> found.state().status(false) == status)
                .isPresent();
    }

    private static void awaitShown(
            Server server, String local, String domain, Status status, Object receiver) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertTrue(shows(server, local, domain, status), receiver::toString));
    }

    private static List<DeliveryEvent.Ruled> rulings(Server server, String local, String domain) {
        List<DeliveryEvent.Ruled> rulings = new ArrayList<>();
        for (Event event :
                server.store()
                        .views()
                        .messages()
                        .timeline(recipient(server, local, domain).orElseThrow().id())
                        .events()) {
            if (event instanceof DeliveryEvent.Ruled ruled) {
                rulings.add(ruled);
            }
        }
        return rulings;
    }

    /** Postgrey, from which unknown senders have to come back. */
    private final class Postgrey implements AutoCloseable {
        private final Path home = Files.createTempDirectory(Path.of("/tmp"), "facteur-postgrey");
        private final int port = Peers.freePort();
        private final Process process;

        Postgrey() throws IOException {
            run("chown", "postgrey", home.toString());
            Path none = Files.createFile(directory.resolve("whitelist"));
            process =
                    new ProcessBuilder(
                                    Peers.needed("/usr/sbin/postgrey"),
                                    "--inet=127.0.0.1:" + port,
                                    "--delay=2",
                                    "--dbdir=" + home,
                                    "--whitelist-clients=" + none,
                                    "--whitelist-recipients=" + none)
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("postgrey.out").toFile())
                            .start();
            await().atMost(PATIENCE).until(this::answers);
        }

        private boolean answers() {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            process.onExit().join();
            run("rm", "-rf", home.toString());
        }
    }

    @Test
    void postfix_with_tls_greylisting_and_an_address_beyond_ascii() throws Exception {
        try (Postgrey postgrey = new Postgrey();
                PostfixServer postfix =
                        PostfixServer.start(
                                directory,
                                """
                                smtpd_tls_security_level = may
                                smtpd_tls_cert_file = %s
                                smtpd_tls_key_file = %s
                                smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:%d
                                """
                                        .formatted(certificate, key, postgrey.port));
                LoopbackDns dns =
                        LoopbackDns.start(
                                new Zone()
                                        .mx("postfix.lab", 10, "mx.postfix.lab")
                                        .a("mx.postfix.lab", "127.0.0.1"));
                Server server = Server.start(settings(dns, postfix.port()))) {
            InetSocketAddress at = server.submissionAddresses().getFirst();
            submit(at, 2000, " SMTPUTF8", List.of("anne@postfix.lab", "björn@postfix.lab"));
            awaitShown(server, "anne", "postfix.lab", Status.SENT, postfix);
            awaitShown(server, "björn", "postfix.lab", Status.SENT, postfix);
            List<DeliveryEvent.Ruled> rulings = rulings(server, "björn", "postfix.lab");
            assertTrue(
                    rulings.getFirst().disposition() instanceof Disposition.Deferred(var why, _, _)
                            && why.category() == BounceCategory.GREYLISTED,
                    rulings::toString);
            assertTrue(
                    rulings.getLast()
                            .hop()
                            .orElseThrow()
                            .tls()
                            .orElseThrow()
                            .protocol()
                            .equals("TLSv1.3"),
                    rulings::toString);
            await().atMost(PATIENCE).until(() -> Files.isDirectory(postfix.mailbox("bjorn")));
        }
    }

    @Test
    void exim_with_tls_size_and_few_recipients_a_message() throws Exception {
        try (EximServer exim = new EximServer(directory, certificate, key);
                LoopbackDns dns =
                        LoopbackDns.start(
                                new Zone()
                                        .mx("exim.lab", 10, "mx.exim.lab")
                                        .mx("elsewhere.lab", 10, "mx.exim.lab")
                                        .a("mx.exim.lab", "127.0.0.1"));
                Server server = Server.start(settings(dns, exim.port()))) {
            InetSocketAddress at = server.submissionAddresses().getFirst();
            List<String> many =
                    IntStream.range(0, 12).mapToObj(i -> "user" + i + "@exim.lab").toList();
            submit(at, 2000, "", many);
            submit(at, 2000, "", List.of("nobody@exim.lab", "carl@elsewhere.lab"));
            submit(at, 300_000, "", List.of("large@exim.lab"));
            submit(at, 2000, " SMTPUTF8", List.of("björn@exim.lab"));
            for (int i = 0; i < 12; i++) {
                String user = "user" + i;
                awaitShown(server, user, "exim.lab", Status.SENT, exim);
                assertEquals(
                        1,
                        rulings(server, user, "exim.lab").size(),
                        "too many in one message is nobody's failure");
            }
            awaitShown(server, "nobody", "exim.lab", Status.HARD_BOUNCE, exim);
            awaitShown(server, "carl", "elsewhere.lab", Status.SOFT_BOUNCE, exim);
            awaitShown(server, "large", "exim.lab", Status.SOFT_BOUNCE, exim);
            awaitShown(server, "björn", "exim.lab", Status.SENT, exim);
            assertTrue(
                    rulings(server, "user0", "exim.lab")
                            .getFirst()
                            .hop()
                            .orElseThrow()
                            .tls()
                            .isPresent());
            await().atMost(PATIENCE).until(() -> exim.mails() == 13);
        }
    }

    @Test
    void postfix_without_8bitmime_gets_seven_bits() throws Exception {
        try (PostfixServer postfix =
                        PostfixServer.start(
                                directory, "smtpd_discard_ehlo_keywords = 8bitmime, chunking\n");
                LoopbackDns dns =
                        LoopbackDns.start(
                                new Zone()
                                        .mx("postfix.lab", 10, "mx.postfix.lab")
                                        .a("mx.postfix.lab", "127.0.0.1"));
                Server server = Server.start(settings(dns, postfix.port()))) {
            submit(
                    server.submissionAddresses().getFirst(),
                    """
                    Subject: a letter
                    MIME-Version: 1.0
                    Content-Type: text/plain; charset=utf-8
                    Content-Transfer-Encoding: 8bit

                    Un été à la plage, et bien d'autres choses en toutes lettres.
                    """
                            .replace("\n", "\r\n"),
                    " BODY=8BITMIME",
                    List.of("anne@postfix.lab"));
            awaitShown(server, "anne", "postfix.lab", Status.SENT, postfix);
            String arrived = arrived(postfix.mailbox("anne"));
            assertTrue(arrived.contains("Content-Transfer-Encoding: quoted-printable"), arrived);
            assertTrue(arrived.contains("Un =C3=A9t=C3=A9 =C3=A0 la plage"), arrived);
        }
    }

    /** The one mail of a mailbox. */
    private static String arrived(Path mailbox) throws IOException {
        await().atMost(PATIENCE).until(() -> !mails(mailbox).isEmpty());
        return Files.readString(mails(mailbox).getFirst());
    }

    private static List<Path> mails(Path mailbox) throws IOException {
        if (!Files.isDirectory(mailbox)) {
            return List.of();
        }
        try (var files = Files.list(mailbox)) {
            return files.toList();
        }
    }

    @Test
    void a_source_that_postfix_blocks_rests_and_the_mail_leaves_from_another() throws Exception {
        try (PostfixServer postfix =
                        PostfixServer.start(
                                directory,
                                "smtpd_client_restrictions = check_client_access inline:{ {"
                                        + " 127.0.0.2 = 554 5.7.1 Service unavailable; client host"
                                        + " [127.0.0.2] blocked using zen.spamhaus.org } }\n");
                LoopbackDns dns =
                        LoopbackDns.start(
                                new Zone()
                                        .mx("postfix.lab", 10, "mx.postfix.lab")
                                        .a("mx.postfix.lab", "127.0.0.1"));
                Server server =
                        Server.start(
                                settings(
                                        dns,
                                        postfix.port(),
                                        """
                                        sources:
                                          - { name: a, address: 127.0.0.2, ehlo: a.sender.example }
                                          - { name: b, address: 127.0.0.3, ehlo: b.sender.example }
                                        """))) {
            InetSocketAddress at = server.submissionAddresses().getFirst();
            for (int i = 0; i < 20; i++) {
                submit(at, 500, "", List.of("anne@postfix.lab"));
            }
            Path box = postfix.mailbox("anne");
            await().atMost(PATIENCE).until(() -> mails(box).size() == 20);
            await().atMost(PATIENCE).until(() -> ruled(server).size() >= 20);
            List<DeliveryEvent.Ruled> ruled = ruled(server);
            List<DeliveryEvent.Ruled> blocked = from(ruled, "a");
            assertTrue(!blocked.isEmpty(), "nothing left from the source that is blocked");
            for (DeliveryEvent.Ruled ruling : blocked) {
                assertTrue(
                        ruling.disposition() instanceof Disposition.Deferred(var why, _, _)
                                && why.category() == BounceCategory.REPUTATION,
                        ruling::toString);
            }
            for (DeliveryEvent.Ruled ruling : from(ruled, "b")) {
                assertTrue(ruling.disposition() instanceof Disposition.Delivered, ruling::toString);
            }
            assertEquals(20, from(ruled, "b").size());
            assertTrue(
                    server.queue().snapshot().join().destinations().stream()
                            .anyMatch(
                                    path ->
                                            path.source().equals("a")
                                                    && path.state() == Shaper.State.SUSPENDED),
                    "the source is suspended at the site");
        }
    }

    private static List<DeliveryEvent.Ruled> from(List<DeliveryEvent.Ruled> ruled, String source) {
        return ruled.stream()
                .filter(ruling -> ruling.hop().orElseThrow().source().equals(source))
                .toList();
    }

    /** Every ruling about anne, of all messages. */
    private static List<DeliveryEvent.Ruled> ruled(Server server) {
        Queries views = server.store().views();
        long contact =
                views.contacts()
                        .find(new Address("anne", new Domain("postfix.lab")).key())
                        .orElseThrow()
                        .id();
        List<DeliveryEvent.Ruled> rulings = new ArrayList<>();
        for (MessageRecipient recipient :
                views.contacts().messages(contact, Optional.empty(), 100)) {
            for (Event event : views.messages().timeline(recipient.id()).events()) {
                if (event instanceof DeliveryEvent.Ruled ruled) {
                    rulings.add(ruled);
                }
            }
        }
        return rulings;
    }

    /**
     * Debian's build offers STARTTLS and fails in the handshake with OpenSSL 3, which makes it a
     * real host with broken TLS: its mail arrives in clear.
     */
    @Test
    void opensmtpd_without_pipelining_or_smtputf8() throws Exception {
        try (CountingSink sink = CountingSink.start(SinkOptions.defaults());
                OpenSmtpdServer smtpd =
                        OpenSmtpdServer.start(
                                directory, certificate, key, sink.address().getPort());
                LoopbackDns dns =
                        LoopbackDns.start(
                                new Zone()
                                        .mx("smtpd.lab", 10, "mx.smtpd.lab")
                                        .mx("elsewhere.lab", 10, "mx.smtpd.lab")
                                        .a("mx.smtpd.lab", "127.0.0.1"));
                Server server = Server.start(settings(dns, smtpd.port()))) {
            InetSocketAddress at = server.submissionAddresses().getFirst();
            submit(at, 2000, "", List.of("anne@smtpd.lab", "bert@smtpd.lab"));
            submit(at, 2000, "", List.of("carl@elsewhere.lab"));
            submit(at, 300_000, "", List.of("large@smtpd.lab"));
            submit(at, 2000, " SMTPUTF8", List.of("björn@smtpd.lab"));
            awaitShown(server, "anne", "smtpd.lab", Status.SENT, smtpd);
            awaitShown(server, "bert", "smtpd.lab", Status.SENT, smtpd);
            await().atMost(PATIENCE).until(() -> sink.counts().messages() == 1);
            // A domain that it does not serve and a mailbox that is not there get the same words.
            awaitShown(server, "carl", "elsewhere.lab", Status.HARD_BOUNCE, smtpd);
            awaitShown(server, "large", "smtpd.lab", Status.SOFT_BOUNCE, smtpd);
            awaitShown(server, "björn", "smtpd.lab", Status.SOFT_BOUNCE, smtpd);
            assertTrue(
                    rulings(server, "björn", "smtpd.lab").toString().contains("SMTPUTF8"),
                    "the reason is said");
        }
    }
}
