package facteur.testkit.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class ReaderSimulatorTest {
    private static final String PAGE =
            """
            <html><!-- <a href="https://t.lab/c/hidden">no</a> -->
            <a class='x' title="a > b" HREF = 'https://t.lab/c/one?a=1&amp;b=2'>one</a>
            <a href=https://elsewhere.lab/x>other</a> <a href="mailto:a@b.lab">mail</a>
            <area href="https://t.lab/c/two&#38;x">
            <img alt="" src="https://t.lab/o/p1" width=1 height=1>
            </html>
            """;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer tracker;
    private ReaderSimulator readers;

    @BeforeEach
    void start() throws IOException {
        tracker =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        tracker.createContext("/", this::answer);
        tracker.start();
        readers =
                new ReaderSimulator(
                        URI.create("https://t.lab/"),
                        URI.create("http://127.0.0.1:" + tracker.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        readers.close();
        tracker.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        asked.add(
                exchange.getRequestMethod()
                        + " "
                        + path
                        + " "
                        + exchange.getRequestHeaders().getFirst("User-Agent"));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.startsWith("/c/")) {
            exchange.getResponseHeaders().set("Location", "https://shop.lab/" + path.substring(3));
            exchange.sendResponseHeaders(302, -1);
        } else if (path.startsWith("/o/")) {
            exchange.getResponseHeaders().set("Content-Type", "image/gif");
            exchange.sendResponseHeaders(200, 43);
            exchange.getResponseBody().write(new byte[43]);
        } else {
            exchange.sendResponseHeaders(body.equals("List-Unsubscribe=One-Click") ? 200 : 400, -1);
        }
        exchange.close();
    }

    private static DeliveredMail mail(String contentHeaders, String body) {
        String head =
                """
                List-Unsubscribe: <mailto:u@b.lab>,
                 <https://t.lab/u/1>
                List-Unsubscribe-Post: List-Unsubscribe=One-Click
                """;
        return DeliveredMail.parse(
                (head + contentHeaders + "\n" + body)
                        .replace("\n", "\r\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static DeliveredMail html() {
        return mail("Content-Type: text/html; charset=utf-8\n", PAGE);
    }

    @Test
    void links_and_images_are_found_as_a_browser_would() {
        assertEquals(
                List.of(
                        "https://t.lab/c/one?a=1&b=2",
                        "https://elsewhere.lab/x",
                        "mailto:a@b.lab",
                        "https://t.lab/c/two&x"),
                html().links());
        assertEquals(List.of("https://t.lab/o/p1"), html().images());
        assertEquals(URI.create("https://t.lab/u/1"), html().unsubscribe().orElseThrow());
    }

    @Test
    void the_html_part_is_found_in_nested_parts_under_any_encoding() {
        String base64 =
                Base64.getMimeEncoder()
                        .encodeToString(PAGE.getBytes(StandardCharsets.UTF_8))
                        .replace("\r\n", "\n");
        String nested =
                """
                preamble
                --out
                Content-Type: multipart/alternative;
                 boundary=in

                --in
                Content-Type: text/plain

                plain text
                --in
                Content-Type: text/html
                Content-Transfer-Encoding: base64

                %s
                --in--
                --out
                Content-Type: image/png

                x
                --out--
                """
                        .formatted(base64);
        DeliveredMail mixed = mail("Content-Type: multipart/mixed; boundary=\"out\"\n", nested);
        assertEquals(html().links(), mixed.links());
        assertEquals("plain text", mixed.text().orElseThrow().strip());

        DeliveredMail quoted =
                mail(
                        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n",
                        "<a href=3D\"https://t.lab/c/lo=\nng=3D\">=E9</a>=");
        assertEquals(List.of("https://t.lab/c/long="), quoted.links());
    }

    @Test
    void a_person_opens_and_follows_the_first_link() throws Exception {
        List<ReaderVisit> visits = readers.play(html(), MailReader.PERSON);
        assertEquals(
                List.of(ReaderVisit.Kind.IMAGE, ReaderVisit.Kind.LINK),
                visits.stream().map(ReaderVisit::kind).toList());
        assertTrue(visits.stream().allMatch(v -> v.problem().isEmpty()), visits.toString());
        assertEquals("https://shop.lab/one?a=1&b=2", visits.getLast().location().orElseThrow());
        assertTrue(asked.getFirst().startsWith("GET /o/p1 Mozilla/5.0"), asked.toString());
        assertEquals(2, asked.size());
    }

    @Test
    void a_scanner_looks_at_all_tracked_links_and_at_nothing_else() throws Exception {
        List<ReaderVisit> visits = readers.play(html(), MailReader.LINK_SCANNER);
        assertEquals(2, visits.size());
        assertTrue(asked.stream().allMatch(a -> a.startsWith("HEAD /c/")), asked.toString());
    }

    @Test
    void a_proxy_names_itself() throws Exception {
        readers.play(html(), MailReader.PERSON_AT_GMAIL);
        assertTrue(asked.getFirst().contains("GoogleImageProxy"), asked.toString());
        assertTrue(asked.getLast().contains("Chrome/"), asked.toString());
    }

    @Test
    void a_page_of_any_size_and_shape_is_read() {
        String open = "<a " + "x ".repeat(200_000);
        String many =
                "<img src='data:image/png;base64,"
                        + "A".repeat(500_000)
                        + "'>"
                        + "<a href=https://t.lab/c/1>1</a>".repeat(2_000);
        assertEquals(2_000, mail("Content-Type: text/html\n", many + open).links().size());
        assertEquals(
                List.of(),
                mail("Content-Type: text/html\n", open + "<a href=\"never closed").links());
    }

    @Test
    void unsubscribing_is_one_post() throws Exception {
        assertEquals(200, readers.unsubscribe(html()).status());
        assertTrue(asked.getFirst().startsWith("POST /u/1 "));
        DeliveredMail without =
                DeliveredMail.parse("Subject: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> readers.unsubscribe(without));
    }

    @Test
    void every_reader_can_read_any_mail() throws Exception {
        DeliveredMail bare = DeliveredMail.parse(new byte[0]);
        for (MailReader mailReader : MailReader.values()) {
            readers.play(html(), mailReader);
            assertEquals(List.of(), readers.play(bare, mailReader));
        }
    }

    @Test
    void an_answer_that_breaks_the_promise_is_named() throws Exception {
        DeliveredMail odd = mail("Content-Type: text/html\n", "<a href='https://t.lab/x'>x</a>");
        assertTrue(readers.play(odd, MailReader.PERSON).getFirst().problem().isPresent());
    }
}
