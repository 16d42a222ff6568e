package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.read.SettingsResult;
import facteur.mail.address.AddressParser;
import facteur.mail.status.Status;
import facteur.store.query.Queries;
import facteur.store.query.RecipientState;
import facteur.testkit.dns.LoopbackDns;
import facteur.testkit.dns.Zone;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Mail reaches a real Postfix that is the MX of a domain, and its refusals are understood. */
class PostfixTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    private SettingsResult.Good settings(int dnsPort, int port) throws Exception {
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(
                file,
                """
                hostname: mail.sender.example
                data_dir: %s
                submission: { listeners: [{ address: "127.0.0.1:0", tls: none }], require_tls_for_auth: false }
                credentials: [{ user: app, password: "correct horse", campaigns: any }]
                dns: { servers: ["127.0.0.1:%d"] }
                delivery: { port: %d, allow_networks: ["127.0.0.0/8"] }
                tracking: { base_url: "http://127.0.0.1:8025", mode: full }
                tracker: { listen: "127.0.0.1:0" }
                admin: { listen: "127.0.0.1:0", initial_password: "a long password" }
                """
                        .formatted(directory.resolve("data"), dnsPort, port));
        return LabSettings.read(file);
    }

    private static void submit(InetSocketAddress to, int size, String... recipients)
            throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(to)) {
            talk.greet("client.example");
            assertEquals(235, talk.login("app", "correct horse").code());
            talk.ask("MAIL FROM:<news@sender.example>", 250);
            for (String recipient : recipients) {
                talk.ask("RCPT TO:<" + recipient + ">", 250);
            }
            talk.ask("DATA", 354);
            String head =
                    "From: news@sender.example\r\n"
                            + "Subject: a letter\r\n"
                            + "X-Campaign: spring\r\n\r\n"
                            + ".begins with a dot\r\n";
            String line = "x".repeat(76) + "\r\n";
            talk.sendMessage(
                    (head + line.repeat(size / line.length()))
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            talk.expect(250);
        }
    }

    private static Optional<RecipientState> row(Server server, String address) {
        Queries views = server.store().views();
        return views.contacts()
                .find(AddressParser.ascii().address(address).orElseThrow().key())
                .map(
                        contact ->
                                views.contacts()
                                        .messages(contact.id(), Optional.empty(), 1)
                                        .getFirst()
                                        .state());
    }

    private static void awaitShown(Server server, String address, Status status) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            Optional<RecipientState> row = row(server, address);
                            assertEquals(
                                    Optional.of(status),
                                    row.map(known -> known.status(false)),
                                    () -> address + " is " + row);
                        });
    }

    @Test
    void postfix_takes_what_it_can_deliver_and_refuses_the_rest() throws Exception {
        try (PostfixServer postfix = PostfixServer.start(directory, "");
                LoopbackDns dns =
                        LoopbackDns.start(
                                new Zone()
                                        .mx("postfix.lab", 10, "mx.postfix.lab")
                                        .mx("elsewhere.lab", 10, "mx.postfix.lab")
                                        .a("mx.postfix.lab", "127.0.0.1"));
                Server server = Server.start(settings(dns.address().getPort(), postfix.port()))) {
            InetSocketAddress at = server.submissionAddresses().getFirst();
            submit(at, 1000, "anne@postfix.lab", "nobody@postfix.lab", "carl@elsewhere.lab");
            awaitShown(server, "anne@postfix.lab", Status.SENT);
            awaitShown(server, "nobody@postfix.lab", Status.HARD_BOUNCE);
            awaitShown(server, "carl@elsewhere.lab", Status.SOFT_BOUNCE);
            submit(at, 300_000, "bert@postfix.lab");
            awaitShown(server, "bert@postfix.lab", Status.SOFT_BOUNCE);
            String reply = row(server, "bert@postfix.lab").orElseThrow().reply();
            assertTrue(reply.contains("at most 200000 octets"), reply);
            await().atMost(PATIENCE).until(() -> Files.isDirectory(postfix.mailbox("anne")));
            try (var files = Files.list(postfix.mailbox("anne"))) {
                String mail = Files.readString(files.findFirst().orElseThrow());
                assertTrue(mail.contains("\n.begins with a dot\n"), mail);
            }
        }
    }
}
