package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.control.Readiness;
import facteur.mail.text.Escaped;

import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Who gets in, and what a stranger can do. */
class GuardsTest {
    private static final String HOSTILE =
            "=cmd()|'\"><script>alert(1)</script><img src=x onerror=alert(2)>\u202Ereversed";

    private static final Pattern FORMULA = Pattern.compile("(?m)(^|\",)\"[=+@]");

    @TempDir private static Path directory;
    private static House house;

    @BeforeAll
    static void open() throws Exception {
        house = House.open(directory, 0);
        Mailing mailing = new Mailing(house.store());
        var id =
                mailing.accepted(
                        new Mailing.Letter(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
                        "\"=1+1<script>\"@evil.example",
                        Instant.now());
        mailing.hard(id, Instant.now(), "5.1.1 " + HOSTILE);
        mailing.write();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void a_stranger_is_led_to_the_login_and_back() throws Exception {
        try (Browser browser = new Browser(house.url(), "en")) {
            HttpResponse<String> asked = browser.get("/contacts?q=a");
            assertTrue(asked.uri().getPath().equals("/login"), asked.uri().toString());
            assertTrue(asked.body().contains("value=\"/contacts?q=a\""));
            HttpResponse<String> in = browser.login("admin", House.PASSWORD);
            assertEquals("/campaigns", in.uri().getPath());
        }
    }

    @Test
    void a_login_does_not_lead_elsewhere() throws Exception {
        for (String next : List.of("https://evil.example/", "//evil.example", "/\\evil.example")) {
            try (Browser browser = new Browser(house.url(), "en")) {
                HttpResponse<String> in =
                        browser.post(
                                "/login",
                                Map.of(
                                        "csrf",
                                        browser.token("/login"),
                                        "name",
                                        "admin",
                                        "password",
                                        House.PASSWORD,
                                        "next",
                                        next));
                assertEquals(URI.create(house.url()).getAuthority(), in.uri().getAuthority());
            }
        }
    }

    @Test
    void a_wrong_password_gets_nobody_in_and_guessing_is_slowed_down() throws Exception {
        try (Browser browser = new Browser(house.url(), "en")) {
            int last = 0;
            for (int i = 0; i < 6; i++) {
                last = browser.login("nobody", "wrong password").statusCode();
            }
            assertEquals(429, last);
        }
        // Counted by address as well: others at that address wait with the guesser.
        house.close();
        house = House.open(directory, 0);
    }

    @Test
    void guesses_from_elsewhere_keep_the_administrator_neither_out_nor_waiting() throws Exception {
        int last = 0;
        for (int i = 0; i < 8; i++) {
            last = loginFrom("198.51.100.7", "wrong password " + i);
        }
        assertEquals(429, last);
        assertEquals(429, loginFrom("198.51.100.200", House.PASSWORD), "the guesser's network");
        assertEquals(
                429,
                loginFrom("203.0.113.5, 198.51.100.9", House.PASSWORD),
                "what stands before the last proxy is the client's own word");
        assertEquals(303, loginFrom("203.0.113.5", House.PASSWORD), "never seen before");
        for (int i = 0; i < 30; i++) {
            assertEquals(401, loginFrom("203.0.113.6", "wrong password " + i), "where it is known");
        }
        assertEquals(303, loginFrom("203.0.113.7", House.PASSWORD));
    }

    private static int loginFrom(String client, String password) throws Exception {
        String body =
                "csrf=t&name=admin&password="
                        + java.net.URLEncoder.encode(password, StandardCharsets.UTF_8);
        try (Browser browser = new Browser(house.url(), "en");
                var plain = java.net.http.HttpClient.newHttpClient()) {
            return plain.send(
                            browser.request("/login")
                                    .header("Cookie", "facteur-login=t")
                                    .header("X-Forwarded-For", client)
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    @Test
    void what_a_stranger_posts_has_8_kib() throws Exception {
        try (Browser browser = new Browser(house.url(), "en")) {
            String large = "csrf=t&name=admin&password=" + "x".repeat(8 << 10);
            for (String path : List.of("/login", "/settings", "/api/v1/suppressions")) {
                HttpResponse<String> answer =
                        browser.send(
                                browser.request(path)
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(
                                                java.net.http.HttpRequest.BodyPublishers.ofString(
                                                        large))
                                        .build());
                assertTrue(
                        List.of(401, 413).contains(answer.statusCode()),
                        path + " answers " + answer.statusCode());
            }
        }
    }

    @Test
    void a_login_form_from_elsewhere_is_refused() throws Exception {
        try (Browser browser = new Browser(house.url(), "en")) {
            HttpResponse<String> answer =
                    browser.post(
                            "/login",
                            Map.of("csrf", "", "name", "admin", "password", House.PASSWORD));
            assertEquals(403, answer.statusCode());
        }
    }

    @Test
    void after_logging_out_the_cookie_opens_nothing() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            browser.post("/logout", Map.of("csrf", browser.token("/campaigns")));
            assertEquals("/login", browser.get("/campaigns").uri().getPath());
        }
    }

    @Test
    void a_form_without_its_token_changes_nothing() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            HttpResponse<String> answer =
                    browser.post(
                            "/suppressions",
                            Map.of("action", "suppress", "address", "victim@example.org"));
            assertEquals(400, answer.statusCode());
            assertEquals(0, browser.page("/suppressions?q=victim").select("tbody tr").size());
        }
    }

    @Test
    void a_form_of_another_origin_changes_nothing_even_with_the_token() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            String body =
                    "csrf=" + browser.token("/campaigns") + "&action=suppress&address=a@b.example";
            HttpResponse<String> answer =
                    browser.send(
                            browser.request("/suppressions")
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .header("Origin", "https://evil.example")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                                    .build());
            assertEquals(400, answer.statusCode());
        }
    }

    @Test
    void a_viewer_sees_and_does_not_act() throws Exception {
        try (Browser admin = Browser.loggedIn(house, "en")) {
            String password = admin.makeAccount("vera", "viewer");
            try (Browser viewer = new Browser(house.url(), "en")) {
                assertEquals(200, viewer.login("vera", password).statusCode());
                Document page = viewer.page("/suppressions");
                assertTrue(page.select("button[value=suppress]").isEmpty());
                assertFalse(viewer.page("/settings").text().contains("Audit log"));
                assertTrue(viewer.page("/settings").select("#force").isEmpty());
                assertEquals(403, viewer.get("/api/v1/settings").statusCode());
                HttpResponse<String> answer =
                        viewer.post(
                                "/suppressions",
                                Map.of(
                                        "csrf", viewer.token("/campaigns"),
                                        "action", "suppress",
                                        "address", "a@b.example"));
                assertEquals(403, answer.statusCode());
                admin.post(
                        "/settings",
                        Map.of(
                                "csrf", admin.token("/settings"),
                                "action", "account.remove",
                                "name", "vera"));
                assertEquals("/login", viewer.get("/campaigns").uri().getPath());
            }
        }
    }

    @Test
    void every_answer_carries_the_guards_against_foreign_scripts_and_frames() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            for (String path : List.of("/campaigns", "/help", "/nowhere", "/static/facteur.css")) {
                HttpResponse<String> answer = browser.get(path);
                String policy = header(answer, "content-security-policy");
                assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), path);
                assertFalse(policy.contains("unsafe"), path);
                assertEquals("DENY", header(answer, "x-frame-options"), path);
                assertEquals("nosniff", header(answer, "x-content-type-options"), path);
            }
        }
    }

    @Test
    void pages_hold_no_script_or_style_of_their_own() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            for (String path :
                    List.of("/campaigns", "/contacts", "/queue", "/deliverability", "/settings")) {
                Document page = browser.page(path);
                assertTrue(page.select("script:not([src]), style, [style]").isEmpty(), path);
                assertTrue(
                        page.getAllElements().stream()
                                .flatMap(element -> element.attributes().asList().stream())
                                .noneMatch(attribute -> attribute.getKey().startsWith("on")),
                        path);
            }
        }
    }

    @Test
    void what_strangers_wrote_is_shown_and_does_nothing() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            String message =
                    browser.page("/campaigns/id:1/contacts").expectFirst("a.bare").attr("href");
            String contact =
                    browser.page("/campaigns/id:1/contacts").expectFirst("th a.name").attr("href");
            for (String path :
                    List.of(
                            "/campaigns",
                            "/campaigns/id:1",
                            "/campaigns/id:1/contacts",
                            "/contacts?campaigns=id:1",
                            contact,
                            message,
                            "/suppressions")) {
                Document page = browser.page(path);
                assertTrue(page.select("script:not([src]), img, [onerror]").isEmpty(), path);
                assertTrue(page.html().contains("&lt;script&gt;"), path);
                assertTrue(page.select("bdi").text().codePoints().noneMatch(Escaped::acts), path);
            }
        }
    }

    @Test
    void what_stands_in_the_settings_is_shown_and_does_nothing() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            Document page = browser.page("/settings");
            assertTrue(page.select("script:not([src]), img").isEmpty());
            assertTrue(
                    page.select("#force bdi").eachText().contains("app<script>alert(1)</script>"));
        }
    }

    @Test
    void exports_run_no_formula() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            for (String path :
                    List.of("/campaigns?format=csv", "/campaigns/id:1/contacts?format=csv")) {
                String csv = browser.get(path).body();
                assertFalse(FORMULA.matcher(csv).find(), csv);
            }
            assertTrue(browser.get("/campaigns?format=csv").body().contains("\"'=cmd()"));
        }
    }

    @Test
    void names_that_are_not_ours_are_not_answered() throws Exception {
        assertTrue(raw("GET /login HTTP/1.1", "evil.example").startsWith("HTTP/1.1 421"));
        assertTrue(raw("GET /login HTTP/1.1", "facteur.example.org").startsWith("HTTP/1.1 200"));
        assertTrue(raw("GET /login HTTP/1.1", "localhost:1").startsWith("HTTP/1.1 200"));
        assertTrue(raw("GET /metrics HTTP/1.1", "evil.example").startsWith("HTTP/1.1 421"));
    }

    private static String raw(String line, String host) throws IOException {
        URI uri = URI.create(house.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            String request = line + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void behind_tls_the_cookie_is_bound_to_host_and_tls() throws Exception {
        try (Browser browser = new Browser(house.url(), "en")) {
            Document form = browser.page("/login");
            String token = form.expectFirst("input[name=csrf]").val();
            String body = "csrf=" + token + "&name=admin&password=correct+horse+battery";
            try (var plain = java.net.http.HttpClient.newHttpClient()) {
                HttpResponse<String> answer =
                        plain.send(
                                browser.request("/login")
                                        .header("Cookie", "facteur-login=" + token)
                                        .header("X-Forwarded-Proto", "https")
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(
                                                java.net.http.HttpRequest.BodyPublishers.ofString(
                                                        body))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                String cookie = header(answer, "set-cookie");
                assertTrue(cookie.startsWith("__Host-facteur-session="), cookie);
                assertTrue(cookie.endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure"), cookie);
            }
        }
    }

    @Test
    void health_and_metrics_answer_without_a_login() throws Exception {
        try (Browser browser = new Browser(house.url(), "en")) {
            assertEquals("ok\n", browser.get("/healthz").body());
            assertEquals(200, browser.get("/readyz").statusCode());
            assertTrue(browser.get("/metrics").body().contains("facteur_up 1"));
            house.readiness = new Readiness(List.of("disk: 12 MiB free"));
            HttpResponse<String> not = browser.get("/readyz");
            house.readiness = Readiness.READY;
            assertEquals(503, not.statusCode());
            assertEquals("disk: 12 MiB free\n", not.body());
        }
    }

    @Test
    void files_of_the_admin_belong_to_their_owner_alone() throws Exception {
        for (String name : List.of("accounts.json", "cli-token")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(
                                    directory.resolve("admin").resolve(name))));
        }
        assertFalse(
                Files.readString(directory.resolve("admin/accounts.json"))
                        .contains(House.PASSWORD));
    }

    @Test
    void a_password_that_changes_ends_every_session() throws Exception {
        try (Browser one = Browser.loggedIn(house, "en");
                Browser other = Browser.loggedIn(house, "en")) {
            one.post(
                    "/settings/password",
                    Map.of(
                            "csrf",
                            one.token("/settings"),
                            "old",
                            House.PASSWORD,
                            "new",
                            "another long password"));
            assertEquals("/login", other.get("/campaigns").uri().getPath());
            one.login("admin", "another long password");
            one.post(
                    "/settings/password",
                    Map.of(
                            "csrf",
                            one.token("/settings"),
                            "old",
                            "another long password",
                            "new",
                            House.PASSWORD));
        }
    }
}
