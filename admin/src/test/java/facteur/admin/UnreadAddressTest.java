package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Addresses that say more than is understood, or nothing that is text. */
class UnreadAddressTest {
    @TempDir private static Path directory;
    private static Program program;
    private static House house;

    @BeforeAll
    static void open() throws Exception {
        program = Program.open(directory);
        house = program.house();
        new Town(house.store()).fill(Instant.now());
    }

    @AfterAll
    static void close() {
        program.close();
    }

    /** As octets: an HTTP client would not send these. */
    private static String raw(String target, String language) throws IOException {
        URI uri = URI.create(house.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            String request =
                    "GET "
                            + target
                            + " HTTP/1.1\r\nHost: localhost\r\nAccept-Language: "
                            + language
                            + "\r\nAuthorization: Bearer "
                            + program.token()
                            + "\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.UTF_8));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final List<String> NO_TEXT =
            List.of(
                    "/campaigns?q=%zz",
                    "/campaigns?%zz",
                    "/campaigns?q=%ff",
                    "/campaigns?q=caf\u00e9",
                    "/campaigns/%2",
                    "/campaigns/%ff",
                    "/campaigns/%c0%af",
                    "/campaigns/caf\u00e9",
                    "/%zz",
                    "/campaigns?" + "q&".repeat(501));

    @Test
    void a_program_is_told_in_a_problem_document() throws Exception {
        for (String target : NO_TEXT) {
            String answer = raw("/api/v1" + target, "en");
            assertTrue(answer.startsWith("HTTP/1.1 400 "), target + ": " + answer);
            assertTrue(answer.contains("Content-Type: application/problem+json"), target + answer);
            assertTrue(
                    answer.contains("that must be escaped") || answer.contains("more than 500"),
                    answer);
        }
    }

    @Test
    void a_person_is_told_on_a_page_in_the_language_of_pages() throws Exception {
        for (String target : NO_TEXT) {
            String answer = raw(target, "fr");
            assertTrue(answer.startsWith("HTTP/1.1 400 "), target + ": " + answer);
            assertTrue(answer.contains("Content-Type: text/html"), target + answer);
            assertTrue(answer.contains("Cette adresse n’est pas comprise"), answer);
        }
        for (String target : List.of("/login?%zz", "/language?to=%ff", "/zone?to=fr&x=1")) {
            assertTrue(raw(target, "en").startsWith("HTTP/1.1 400 "), target);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login",
                "/campaigns",
                "/campaigns/id:1",
                "/campaigns/id:1/contacts",
                "/contacts",
                "/contacts/id:1",
                "/queue",
                "/deliverability",
                "/suppressions",
                "/settings",
                "/help"
            })
    void no_page_takes_a_parameter_that_it_does_not_know(String path) throws Exception {
        assertTrue(raw(path, "en").startsWith("HTTP/1.1 200 "), path);
        String answer = raw(path + "?serch=x", "en");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(Jsoup.parse(answer).text().contains("serch: no parameter"), answer);
        assertTrue(
                Jsoup.parse(raw(path + "?serch=x", "fr")).text().contains("serch : paramètre"),
                path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/campaigns?robot=1 | vouliez-vous dire robots ?",
                "/campaigns?sort=newst | vouliez-vous dire newest ?",
                "/campaigns?from=hier | from : « hier » n’est pas une date",
                "/campaigns?from=2026-12-02&until=2026-12-01 | postérieur à until",
                "/campaigns?q=a&q=b | q : indiqué deux fois",
                "/campaigns?count=all | ne figure pas parmi at-least",
                "/campaigns/id:1/contacts?status=opend | vouliez-vous dire opened ?",
                "/campaigns/id:1/contacts?after=x | ne vient pas d’une page précédente",
                "/contacts?campaigns=nulle | il n’y a pas de campagne nulle",
                "/contacts?campaigns=id:1&in.id:1=snt | vouliez-vous dire sent ?",
                "/suppressions?lifted=yes | ne figure pas parmi 1",
                "/settings?stage=rcp&reply=550 | vouliez-vous dire rcpt ?"
            })
    void no_page_shows_everything_for_a_value_that_it_does_not_understand(
            String address, String told) throws Exception {
        String answer = raw(address, "fr");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        String text = Jsoup.parse(answer).select("main").text();
        assertTrue(text.contains(told), text);
    }

    @Test
    void columns_that_are_gone_and_what_browsers_leave_unescaped_do_not_matter() throws Exception {
        for (String target :
                List.of(
                        "/contacts?campaigns=id:0&campaigns=id:1,id:999999&in.id:999999=sent",
                        "/campaigns?q=%7Ba|b^%7D&from=&until=&tag=&sort=",
                        "/campaigns?q={a|b}")) {
            String answer = raw(target, "en");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), target + ": " + answer);
        }
    }

    @Test
    void a_method_that_no_page_takes_is_named_with_those_that_it_does() throws Exception {
        try (Browser browser = Browser.loggedIn(house, "en")) {
            for (String path : List.of("/campaigns", "/login")) {
                var answer =
                        browser.send(
                                browser.request(path)
                                        .PUT(java.net.http.HttpRequest.BodyPublishers.noBody())
                                        .build());
                assertEquals(405, answer.statusCode(), path);
                assertTrue(answer.headers().firstValue("Allow").orElse("").contains("GET"), path);
                assertTrue(answer.body().contains("Not done this way"), answer.body());
            }
        }
    }
}
