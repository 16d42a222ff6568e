package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;
import facteur.testkit.tls.LabCertificate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The command line as an operator types it, against a running server. */
class CommandLineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private Laboratory lab;
    private LabSettings settings;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        lab = Laboratory.start(LaboratoryOptions.defaults());
        settings = LabSettings.in(directory, lab).reachable();
        server = settings.serve();
    }

    @AfterEach
    void stop() {
        server.close();
        lab.close();
    }

    private JsonNode asked(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        Peers.Ended ended = settings.facteur(all.toArray(String[]::new));
        assertEquals(0, ended.status(), ended.output());
        // What is logged stands on lines of its own, before or behind.
        String answer =
                ended.output()
                        .lines()
                        .filter(line -> line.startsWith("{") || line.startsWith("["))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(ended.output()));
        return json(answer);
    }

    private int login(String user, String password) throws IOException {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            return talk.login(user, password).code();
        }
    }

    @Test
    void a_credential_is_made_rotated_and_revoked() throws Exception {
        String first =
                asked(
                                "credential",
                                "create",
                                "shop",
                                "--set",
                                "sender_domains=shop.example,mail.example",
                                "--set",
                                "messages=50/s")
                        .path("password")
                        .asString();
        assertEquals(235, login("shop", first));
        Path kept = directory.resolve("data/credentials/made.yaml");
        assertFalse(Files.readString(kept).contains(first), "a key is not kept in clear");
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
        Peers.Ended twice = settings.facteur("credential", "create", "shop");
        assertEquals(1, twice.status(), twice.output());
        assertTrue(twice.output().contains("there is a credential shop"), twice.output());
        Peers.Ended wrong =
                settings.facteur("credential", "create", "other", "--set", "mesages=1/s");
        assertTrue(wrong.output().contains("did you mean messages"), wrong.output());
        String second = asked("credential", "rotate", "shop").path("password").asString();
        assertEquals(535, login("shop", first));
        assertEquals(235, login("shop", second));
        server.close();
        start();
        assertEquals(235, login("shop", second), "after a restart");
        asked("credential", "revoke", "shop");
        assertEquals(535, login("shop", second));
        Peers.Ended ofFile = settings.facteur("credential", "revoke", LabServer.USER);
        assertTrue(ofFile.output().contains("configuration file"), ofFile.output());
    }

    @Test
    void an_api_key_is_made_with_scope_and_end_and_revoked() throws Exception {
        JsonNode made =
                asked("api-key", "create", "dash", "--scope", "send", "--expires-in", "30d");
        assertTrue(made.path("token").asString().startsWith("fct_"), made.toString());
        JsonNode listed = asked("api-key", "list").path("items").get(0);
        assertEquals("send", listed.path("scope").asString());
        assertTrue(listed.path("valid").asBoolean(false), listed.toString());
        assertTrue(listed.path("account").isNull(), "of the owner of the data directory");
        Peers.Ended wrong = settings.facteur("api-key", "create", "x", "--scope", "everything");
        assertTrue(wrong.output().contains("read, send, operate or admin"), wrong.output());
        Peers.Ended forever = settings.facteur("api-key", "create", "x", "--expires-in", "2000d");
        assertTrue(forever.output().contains("5 years"), forever.output());
        asked("api-key", "revoke", listed.path("id").asString());
        assertEquals(0, asked("api-key", "list").path("items").size());
    }

    @Test
    void reload_says_what_changed_and_what_is_wrong() throws Exception {
        settings.add("logging: { level: debug }");
        JsonNode outcome = asked("reload");
        assertEquals("logging", outcome.path("changed").path(0).asString());
        settings.add("logging: { level: loud }");
        // The key stands twice now, and the level is none: the old settings stay.
        Peers.Ended bad = settings.facteur("reload");
        assertTrue(bad.status() != 0, bad.output());
        assertTrue(bad.output().contains("facteur.yaml"), bad.output());
    }

    @Test
    void check_shows_every_setting_with_its_line_and_no_secret() throws Exception {
        Peers.Ended shown = settings.facteur("check", "--show");
        assertEquals(0, shown.status(), shown.output());
        Path file = directory.resolve("facteur.yaml");
        List<String> written = Files.readAllLines(file);
        String retry = "  retry: [1s, 2s, 4s]";
        String place = " # " + file + ":" + (written.indexOf(retry) + 1);
        assertTrue(written.contains(retry), written.toString());
        assertTrue(
                shown.output()
                        .lines()
                        .anyMatch(
                                line ->
                                        line.startsWith("delivery.retry: [1s, 2s, 4s] ")
                                                && line.endsWith(place)),
                shown.output());
        assertTrue(
                shown.output()
                        .lines()
                        .anyMatch(l -> l.matches("tracking.text_links: false +# default")),
                shown.output());
        assertTrue(shown.output().contains("credentials[0].password: (set) "), shown.output());
        assertFalse(shown.output().contains(LabServer.PASSWORD), shown.output());
    }

    @Test
    void serve_stumbles_over_what_check_tells_and_says_it_as_check_does() throws Exception {
        LabCertificate.of("a.example")
                .write(directory.resolve("a.crt"), directory.resolve("a.key"));
        LabCertificate.of("b.example")
                .write(directory.resolve("b.crt"), directory.resolve("b.key"));
        settings.add("tls: { certificate: a.crt, key: b.key }");
        Peers.Ended checked = settings.facteur("check");
        Peers.Ended served = settings.facteur("serve");
        for (Peers.Ended ended : List.of(checked, served)) {
            assertEquals(2, ended.status(), ended.output());
            assertTrue(
                    ended.output().contains(" tls.certificate: the key ")
                            && ended.output().contains("b.key is not that of "),
                    ended.output());
        }
    }

    @Test
    void trace_shows_what_is_said_without_passwords() throws Exception {
        Thread talking =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        while (!Thread.interrupted()) {
                                            login(LabServer.USER, LabServer.PASSWORD);
                                        }
                                    } catch (IOException e) {
                                        // The server has gone: the test is over.
                                    }
                                });
        Peers.Ended trace =
                settings.facteur("trace", "submission", "--client", "127.0.0.0/8", "--lines", "20");
        talking.interrupt();
        talking.join();
        assertEquals(0, trace.status(), trace.output());
        assertTrue(trace.output().contains("C: AUTH PLAIN ********"), trace.output());
        assertTrue(trace.output().contains("S: 235 2.7.0"), trace.output());
    }

    @Test
    void a_signing_key_is_made_published_and_signs_and_so_is_the_next() throws Exception {
        String first = made("create");
        assertEquals(
                1,
                settings.facteur("key", "dkim", "dns", "sender.example").status(),
                "not published");
        submit("ok.before@gmail.lab");
        publish(first);
        Peers.Ended seen = settings.facteur("key", "dkim", "dns", "sender.example");
        assertEquals(0, seen.status(), seen.output());
        assertTrue(submit("ok.after@gmail.lab").contains("s=" + selector(first) + ";"));
        String second = made("rotate");
        assertTrue(submit("ok.between@gmail.lab").contains("s=" + selector(first) + ";"));
        publish(second);
        assertEquals(0, settings.facteur("key", "dkim", "dns", "sender.example").status());
        assertTrue(submit("ok.rotated@gmail.lab").contains("s=" + selector(second) + ";"));
        JsonNode keys = asked("key", "dkim", "list");
        assertEquals("signs", keys.path(0).path("state").asString(), keys.toString());
        assertEquals("published", keys.path(1).path("state").asString(), keys.toString());
    }

    /** Makes a key and answers its record, as JSON. */
    private String made(String verb) throws IOException {
        return asked("key", "dkim", verb, "sender.example", "--algorithm", "rsa")
                .path(0)
                .toString();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }

    private static String selector(String key) {
        return json(key).path("selector").asString();
    }

    private void publish(String key) {
        String record = json(key).path("record").asString();
        // Cut into strings of 255, as a zone file has it.
        lab.dns()
                .zone()
                .add(
                        json(key).path("name").asString(),
                        16,
                        '"' + record.substring(0, 255) + "\" \"" + record.substring(255) + '"');
    }

    @Test
    void a_token_key_is_rotated_and_links_sealed_before_still_lead_on() throws Exception {
        URI before = link("ok.before@gmail.lab");
        assertEquals(1, asked("key", "list").path("items").size());
        Peers.Ended rotated = settings.facteur("key", "rotate");
        assertEquals(0, rotated.status(), rotated.output());
        assertEquals(2, asked("key", "list").path("items").size());
        URI after = link("ok.after@gmail.lab");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (URI link : List.of(before, after)) {
                HttpResponse<Void> answer =
                        client.send(
                                HttpRequest.newBuilder(link).build(),
                                HttpResponse.BodyHandlers.discarding());
                assertEquals(
                        "https://shop.example/?a=1&b=2#c",
                        answer.headers().firstValue("Location").orElse(answer.toString()));
            }
        }
    }

    /** The one link of a message, as it arrives. */
    private URI link(String to) throws Exception {
        String html =
                """
                From: news@sender.example
                Content-Type: text/html

                <a href="https://shop.example/?a=1&amp;b=2#c">x</a>
                """;
        String copy = arrived(to, html.replace("\n", "\r\n")).text();
        return URI.create(copy.replaceAll("(?s).*href=\"([^\"]*/c/[^\"]*)\".*", "$1"));
    }

    /** The DKIM-Signature field with which a message arrives. */
    private String submit(String to) throws Exception {
        return arrived(to, "From: news@sender.example\r\nSubject: x\r\n\r\nhello\r\n")
                .header("DKIM-Signature")
                .orElse("");
    }

    private TakenMessage arrived(String to, String message) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            assertEquals(250, talk.deliver("news@sender.example", to, message).code());
        }
        return lab.provider("gmail").log().awaitFor(to, PATIENCE);
    }
}
