package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.jackson.Json;
import facteur.mail.text.CampaignName;
import facteur.mail.text.Escaped;
import facteur.mail.text.NameOrId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whatever something is called, its path leads to it, and to nothing else. */
class EveryNameTest {
    @TempDir private static Path directory;
    private static Program program;
    private static House house;

    /** Every printable character of ASCII between two others, and what paths mistake most. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (char c = ' '; c <= '~'; c++) {
            texts.add("a" + c + "b");
        }
        texts.addAll(
                List.of(
                        "1",
                        "id:1",
                        "name:x",
                        "name:id:1",
                        ".",
                        "..",
                        "a/../b",
                        "/",
                        "//",
                        "%",
                        "a%2Fb",
                        "a%252Fb",
                        "a%25b",
                        "a+b%20c",
                        "a;b=c",
                        "a?b#c",
                        "caf\u00e9",
                        "cafe\u0301",
                        "a\u202eb",
                        "\u2066c\u2069",
                        "e\u200bf\u00adg",
                        "\u65e5\u672c",
                        "\ud83d\udce8",
                        "none",
                        "contacts"));
        return texts;
    }

    /** The local part of an address that holds a text. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"@rcpt.example";
    }

    @BeforeAll
    static void open() throws Exception {
        program = Program.open(directory);
        house = program.house();
        Mailing mailing = new Mailing(house.store());
        for (String text : texts()) {
            String address =
                    text.chars().allMatch(c -> c < 0x80) ? quoted(text) : text + "@rcpt.example";
            mailing.delivered(
                    mailing.accepted(Mailing.Letter.of(text), address, Instant.now()),
                    Instant.now());
        }
        mailing.write();
    }

    @AfterAll
    static void close() {
        program.close();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static HttpResponse<String> send(String method, String path, String body)
            throws Exception {
        return program.send(method, path, body);
    }

    private static Map<String, Object> object(HttpResponse<String> answer) throws Exception {
        return Json.object(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_campaign_is_found_by_whatever_name_it_has() throws Exception {
        int found = 0;
        try (Browser browser = Browser.loggedIn(house, "en")) {
            for (String text : texts()) {
                String called = encode(new NameOrId.Name(text).toString());
                HttpResponse<String> answer = send("GET", "/api/v1/campaigns/" + called, "");
                assertEquals(200, answer.statusCode(), text);
                assertEquals(CampaignName.of(text), object(answer).get("name"), text);
                assertEquals(
                        200,
                        send("GET", "/api/v1/campaigns/" + called + "/links", "").statusCode());
                assertEquals(
                        Escaped.line(CampaignName.of(text)),
                        browser.page("/campaigns/" + called).expectFirst("h1").text().strip(),
                        text);
                found++;
            }
        }
        assertEquals(texts().size(), found);
        assertEquals(
                texts().stream().map(CampaignName::of).distinct().count(),
                house.store().views().campaigns().all().size());
    }

    @Test
    void a_contact_is_found_suppressed_and_let_go_whatever_its_address() throws Exception {
        for (String text : texts()) {
            if (!text.matches("[\\p{ASCII}&&[^A-Z]]+")) {
                continue; // case tells no mailboxes apart
            }
            String address = quoted(text);
            String path = encode(address);
            HttpResponse<String> contact = send("GET", "/api/v1/contacts/" + path, "");
            assertEquals(200, contact.statusCode(), address);
            // Another text may be the same mailbox, and have given its spelling.
            assertTrue(address.equalsIgnoreCase(String.valueOf(object(contact).get("address"))));
            String number = "id:" + object(contact).get("id");
            assertEquals(
                    contact.body(), send("GET", "/api/v1/contacts/" + number, "").body(), address);
            assertEquals(200, send("GET", "/contacts/" + path, "").statusCode(), address);
            String suppressed = "/api/v1/suppressions/" + path;
            assertEquals(404, send("GET", suppressed, "").statusCode(), address);
            String body = Json.line(Map.of("address", address));
            assertEquals(200, send("POST", "/api/v1/suppressions", body).statusCode(), address);
            assertEquals(200, send("GET", suppressed, "").statusCode(), address);
            assertEquals(204, send("DELETE", suppressed + "?why=x", "").statusCode(), address);
            assertEquals(false, object(send("GET", suppressed, "")).get("holding"), address);
        }
    }

    @Test
    void every_parameter_of_every_path_arrives_as_it_was_meant() throws Exception {
        int asked = 0;
        for (String operation : house.apiPaths()) {
            String method = operation.substring(0, operation.indexOf(' '));
            String pattern = operation.substring(operation.indexOf(' ') + 1);
            if (pattern.indexOf('{') < 0) {
                continue;
            }
            for (String text : texts()) {
                String strange = "~" + text;
                String path = pattern.replaceAll("\\{[a-z]+}", encode(strange).replace("$", "\\$"));
                HttpResponse<String> answer = send(method, "/api/v1" + path, "{}");
                assertTrue(
                        answer.statusCode() == 404 || answer.statusCode() == 422,
                        method + " " + path + " answers " + answer.statusCode());
                assertTrue(
                        String.valueOf(object(answer).get("detail")).contains(strange),
                        method + " " + path + " answers " + answer.body());
                asked++;
            }
        }
        System.out.println(asked + " paths with names in them");
        assertTrue(asked > 2000);
    }

    @Test
    void a_path_that_is_no_text_is_refused_and_spellings_of_one_path_are_one() throws Exception {
        for (String path : List.of("/campaigns/%C3%28", "/campaigns/%FF", "/api/v1/contacts/%80")) {
            HttpResponse<String> answer = send("GET", path, "");
            assertEquals(400, answer.statusCode(), path);
            assertTrue(answer.body().contains("RFC 3986"), answer.body());
        }
        String one = send("GET", "/api/v1/campaigns/id:1", "").body();
        for (String same : List.of("/api/v1/campaigns/id%3A1", "/%61pi/v1/campaign%73/%69d:1")) {
            assertEquals(one, send("GET", same, "").body(), same);
        }
        // A slash that is escaped parts nothing, a dot segment is a name like any other.
        assertEquals(404, send("GET", "/api/v1/campaigns%2Fid:1", "").statusCode());
        assertEquals(404, send("GET", "/static/%2e%2e%2fopenapi.yaml", "").statusCode());
    }
}
