package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.control.EffectiveSettings;
import facteur.admin.control.Reload;
import facteur.config.yaml.Setting;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLSocket;

/** Settings, certificates and credentials change under a running server. */
class ReloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private Laboratory lab;
    private LabSettings settings;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        lab = Laboratory.start(LaboratoryOptions.defaults());
        certificate("one.example");
        settings =
                LabSettings.in(directory, lab).add("tls: { certificate: cert.pem, key: key.pem }");
        server = settings.serve();
    }

    @AfterEach
    void stop() {
        server.close();
        lab.close();
    }

    private void certificate(String name) throws IOException {
        LabCertificate.of(name).write(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }

    private int login(String user, String password) throws IOException {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            return talk.login(user, password).code();
        }
    }

    @Test
    void a_changed_password_holds_from_the_next_login_on() throws Exception {
        assertEquals(235, login(LabServer.USER, LabServer.PASSWORD));
        settings.replace(LabServer.PASSWORD, "another one");
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
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            talk.ask("MAIL FROM:<a@sender.example>", 250);
            talk.ask("RSET", 250);
            settings.replace("user: app", "user: other");
            assertEquals(List.of(), server.reload().problems());
            talk.ask("MAIL FROM:<a@sender.example>", 421);
        }
    }

    @Test
    void a_bad_file_changes_nothing_and_says_where_it_is_bad() throws Exception {
        settings.replace("max_age: 1h", "max_age: 1 hour\n  conections: 4");
        Reload.Outcome outcome = server.reload();
        assertEquals(2, outcome.problems().size(), outcome.toString());
        assertTrue(outcome.problems().getLast().contains("connections"), "did you mean");
        assertEquals(List.of(), outcome.changed());
        assertEquals(235, login(LabServer.USER, LabServer.PASSWORD));
    }

    @Test
    void a_reload_says_what_a_check_says_in_the_same_words() throws Exception {
        settings.add("rules: { robots: robots.yaml }");
        settings.replace("admin: { listen", "admin: { trusted_proxies: [0.0.0.0/0], listen");
        Files.writeString(directory.resolve("robots.yaml"), "date: soon");
        Files.writeString(directory.resolve("key.pem"), "no key");
        Preflight.Findings found = findings();
        assertEquals(2, found.problems().size(), found.toString());
        Reload.Outcome refused = server.reload();
        assertEquals(found.problems().stream().map(Object::toString).toList(), refused.problems());
        certificate("two.example");
        Files.writeString(
                directory.resolve("robots.yaml"), "{date: 2026-11-30, agents: [], networks: []}");
        Reload.Outcome taken = server.reload();
        assertEquals(List.of(), taken.problems());
        assertEquals(
                findings().warnings().stream().map(Object::toString).toList(), taken.warnings());
        assertTrue(taken.warnings().toString().contains("trusts 0.0.0.0/0"), taken.toString());
    }

    @Test
    void another_data_directory_waits_for_a_restart_and_leaves_the_open_one_in_use()
            throws Exception {
        settings.replace("data_dir: ", "data_dir: elsewhere/");
        Reload.Outcome taken = server.reload();
        assertEquals(List.of(), taken.problems());
        assertTrue(taken.needRestart().contains("data_dir"), taken.toString());
        settings.replace("data_dir: elsewhere/", "data_dir: ");
        assertEquals(List.of(), server.reload().problems(), "it goes back as it came");
        assertEquals(235, login(LabServer.USER, LabServer.PASSWORD));
    }

    @Test
    void rules_without_end_or_without_a_file_are_told_in_a_line() throws Exception {
        settings.add("rules: { robots: robots.yaml, bounces: bounces.yaml }");
        Files.writeString(directory.resolve("robots.yaml"), "[".repeat(5_000));
        List<String> problems = server.reload().problems();
        assertEquals(2, problems.size(), problems.toString());
        assertTrue(problems.toString().contains("robots.yaml:1:33: more than 32 levels deep"));
        assertTrue(problems.toString().contains("bounces.yaml: no such file"), problems.toString());
    }

    private Preflight.Findings findings() throws IOException {
        return Preflight.of(settings.read(), directory.resolve("facteur.yaml"), Instant.now());
    }

    @Test
    void what_only_a_restart_puts_to_work_is_named() throws Exception {
        settings.replace("hostname: mail.sender.example", "hostname: mail2.sender.example");
        settings.replace("retry: [1s, 2s, 4s]", "retry: [2s, 4s]");
        Reload.Outcome outcome = server.reload();
        assertEquals(List.of("hostname", "delivery.retry"), outcome.changed().subList(0, 2));
        assertTrue(outcome.needRestart().contains("hostname"), outcome.toString());
    }

    @Test
    void what_is_listed_as_in_force_follows_a_reload_as_far_as_it_is() throws Exception {
        settings.replace("max_age: 1h", "max_age: 2h");
        settings.replace("retry: [1s, 2s, 4s]", "connections: 3");
        assertEquals(List.of(), server.reload().problems());
        EffectiveSettings.Line age = line("delivery.max_age");
        assertEquals(new Setting.Value.One("2h"), age.setting().value());
        assertEquals(Optional.empty(), age.afterRestart());
        assertTrue(line("delivery.retry").setting().isDefault());
        EffectiveSettings.Line connections = line("delivery.connections");
        assertEquals(new Setting.Value.One("10"), connections.setting().value());
        assertEquals(
                Optional.of(new Setting.Value.One("3")),
                connections.afterRestart().map(Setting::value));
    }

    private EffectiveSettings.Line line(String key) {
        return server.inForce().lines().stream()
                .filter(line -> line.setting().key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_renewed_certificate_is_used_without_being_told_and_half_of_one_is_not()
            throws Exception {
        assertEquals("CN=one.example", subject());
        Files.writeString(
                directory.resolve("cert.pem"), LabCertificate.of("half.example").certificatePem());
        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .until(() -> subject().equals("CN=one.example"));
        certificate("two.example");
        Awaitility.await().until(() -> subject().equals("CN=two.example"));
    }

    private String subject() throws Exception {
        var at = server.submissionAddresses().get(1);
        try (SSLSocket socket =
                (SSLSocket)
                        LabCertificate.trustingContext()
                                .getSocketFactory()
                                .createSocket(at.getAddress(), at.getPort())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void which_links_are_rewritten_changes_with_the_next_copy() throws Exception {
        assertEquals(List.of(false, false), rewritten("ok.before@gmail.lab"));
        settings.replace("mode: full", "mode: full, text_links: true, sensitive_links: true");
        assertEquals(List.of("tracking"), server.reload().changed());
        assertEquals(List.of(true, true), rewritten("ok.after@gmail.lab"));
    }

    /**
     * Whether the copy that arrives has its link in plain text and its password reset rewritten.
     */
    private List<Boolean> rewritten(String to) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            String message =
                    """
                    From: news@sender.example
                    Content-Type: multipart/alternative; boundary=b

                    --b

                    See https://shop.example/text
                    --b
                    Content-Type: text/html

                    <a href="https://shop.example/password/reset/1">x</a> <a href="https://shop.example/">y</a>
                    --b--
                    """
                            .replace("\n", "\r\n");
            assertEquals(250, talk.deliver("news@sender.example", to, message).code());
        }
        String text = lab.provider("gmail").log().awaitFor(to, PATIENCE).text();
        assertTrue(text.contains("/c/"), text);
        return List.of(
                !text.contains("https://shop.example/text"),
                !text.contains("https://shop.example/password/reset/1"));
    }
}
