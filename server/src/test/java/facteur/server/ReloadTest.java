package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.control.Reload;
import facteur.config.read.Reading;
import facteur.config.read.SettingsReader;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.tls.LabCertificate;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Settings, certificates and credentials change under a running server. */
class ReloadTest {
    @TempDir private Path directory;
    private Laboratory lab;
    private Path file;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        lab = Laboratory.start(LaboratoryOptions.defaults());
        LabServer.settings(directory, lab, "");
        file = directory.resolve("facteur.yaml");
        certificate("one.example");
        Files.writeString(
                file, Files.readString(file) + "\ntls: { certificate: cert.pem, key: key.pem }\n");
        server =
                switch (SettingsReader.ofThisProcess().read(file)) {
                    case Reading.Good(var settings) -> Server.start(settings, file);
                    case Reading.Bad(var problems) ->
                            throw new IllegalStateException(problems.toString());
                };
    }

    @AfterEach
    void stop() {
        server.close();
        lab.close();
    }

    private void certificate(String name) throws IOException {
        LabCertificate made = LabCertificate.of(name);
        Path key = directory.resolve("key.pem");
        Files.deleteIfExists(key);
        Files.createFile(
                key,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, made.keyPem());
        Files.writeString(directory.resolve("cert.pem"), made.certificatePem());
    }

    private void edit(String from, String to) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(from), text);
        Files.writeString(file, text.replace(from, to));
    }

    private int login(String user, String password) throws IOException {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            talk.send(
                    "AUTH PLAIN "
                            + Base64.getEncoder()
                                    .encodeToString(
                                            ("\0" + user + "\0" + password)
                                                    .getBytes(StandardCharsets.UTF_8)));
            return talk.read().code();
        }
    }

    @Test
    void a_changed_password_holds_from_the_next_login_on() throws Exception {
        assertEquals(235, login(LabServer.USER, LabServer.PASSWORD));
        edit(LabServer.PASSWORD, "another one");
        Reload.Outcome outcome = server.reload();
        assertEquals(List.of("credentials"), outcome.changed());
        assertEquals(List.of(), outcome.needRestart());
        assertEquals(535, login(LabServer.USER, LabServer.PASSWORD));
        assertEquals(235, login(LabServer.USER, "another one"));
    }

    @Test
    void a_credential_taken_away_sends_nothing_more_on_an_open_connection() throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            talk.ask(
                    "AUTH PLAIN "
                            + Base64.getEncoder()
                                    .encodeToString(
                                            ("\0" + LabServer.USER + "\0" + LabServer.PASSWORD)
                                                    .getBytes(StandardCharsets.UTF_8)),
                    235);
            talk.ask("MAIL FROM:<a@sender.example>", 250);
            talk.ask("RSET", 250);
            edit("user: app", "user: other");
            assertEquals(List.of(), server.reload().problems());
            talk.ask("MAIL FROM:<a@sender.example>", 421);
        }
    }

    @Test
    void a_bad_file_changes_nothing_and_says_where_it_is_bad() throws Exception {
        edit("max_age: 1h", "max_age: 1 hour\n  conections: 4");
        Reload.Outcome outcome = server.reload();
        assertEquals(2, outcome.problems().size(), outcome.toString());
        assertTrue(outcome.problems().getLast().contains("connections"), "did you mean");
        assertEquals(List.of(), outcome.changed());
        assertEquals(235, login(LabServer.USER, LabServer.PASSWORD));
    }

    @Test
    void what_only_a_restart_puts_to_work_is_named() throws Exception {
        edit("hostname: mail.sender.example", "hostname: mail2.sender.example");
        edit("retry: [1s, 2s, 4s]", "retry: [2s, 4s]");
        Reload.Outcome outcome = server.reload();
        assertEquals(List.of("hostname", "delivery.retry"), outcome.changed().subList(0, 2));
        assertTrue(outcome.needRestart().contains("hostname"), outcome.toString());
    }

    @Test
    void a_renewed_certificate_is_used_without_being_told_and_half_of_one_is_not()
            throws Exception {
        assertEquals("CN=one.example", subject());
        Files.writeString(
                directory.resolve("cert.pem"), LabCertificate.of("half.example").certificatePem());
        Awaitility.await()
                .during(java.time.Duration.ofSeconds(3))
                .until(() -> subject().equals("CN=one.example"));
        certificate("two.example");
        Awaitility.await().until(() -> subject().equals("CN=two.example"));
    }

    private String subject() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new Anybody()}, null);
        var at = server.submissionAddresses().get(1);
        try (SSLSocket socket =
                (SSLSocket)
                        trusting.getSocketFactory().createSocket(at.getAddress(), at.getPort())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
