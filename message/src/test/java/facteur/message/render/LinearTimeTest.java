package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;
import facteur.message.control.ControlHeaders;
import facteur.message.html.LinkRules;
import facteur.message.mime.HeaderReader;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/** Hostile messages: sixteen times as much may take about sixteen times as long, not 256 times. */
class LinearTimeTest {
    private static final int SMALL = 64 * 1024;
    private static final int FACTOR = 16;
    private static final LinkRules EVERY = new LinkRules(false, true);
    private static final String HTML = "Content-Type: text/html\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<",
                "<a",
                "<a ",
                "<a href=",
                "<a href=\"",
                "<!--",
                "<!--[if x]>",
                "-->",
                "<!-- --!",
                "<script>",
                "<script><!--",
                "</script",
                "<style>",
                "<textarea></textare",
                "<a href='https://a.example/'>",
                "<a notrack>",
                "{{facteur:pixel}}",
                "{{",
                "&",
                "&amp",
                "<a x=1 ",
                "<a x='",
                "<svg>",
                "</body>",
                "<!",
                "<?",
                "<a href=\"&&&&",
                "\n",
                "--b\r\n",
                "<!--[if x]><a href='https://a.example/'><![endif]-->"
            })
    void hostile_html_takes_linear_time(String unit) throws IOException {
        assertLinear(HTML, unit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--",
                "--b",
                "--b\r\n",
                "--bx\r\n",
                "--b\r\nX: y\r\n\r\n",
                "\r\n",
                "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
                "-----BEGIN PGP"
            })
    void hostile_structures_take_linear_time(String unit) throws IOException {
        assertLinear("Content-Type: multipart/mixed; boundary=b\r\n\r\n", unit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "To:\r\n",
                "X-Tag: a\r\n",
                "DKIM-Signature: d=a.example\r\n",
                "Subject: =?utf-8?q?a?= ",
                " \r\n",
                "=?utf-8?b?",
                "(",
                "List-Unsubscribe: <",
                "From: \"",
                "X-SMTPAPI: {\"a\":",
                "Received: x\r\n"
            })
    void hostile_headers_take_linear_time(String unit) throws IOException {
        assertLinear("From: a@shop.example\r\nX: ", unit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example/",
                "(https://a.example/",
                "'https://a.example/unsubscribe'",
                "«https://a.example/unsubscribe»",
                "https://a.example/{",
                "https://",
                "http",
                "https://a.example/\"",
                ")"
            })
    void hostile_text_takes_linear_time(String unit) throws IOException {
        assertLinear("Content-Type: text/plain; charset=iso-8859-1\r\n\r\n", unit);
    }

    private static void assertLinear(String head, String unit) throws IOException {
        byte[] small = message(head, unit, SMALL);
        byte[] large = message(head, unit, SMALL * FACTOR);
        long before = Math.max(best(small), 200_000);
        long after = best(large);
        String figures = unit + ": " + before / 1000 + " us, then " + after / 1000 + " us";
        assertTrue(after < before * FACTOR * 6, figures);
    }

    private static long best(byte[] message) throws IOException {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            Content content = Content.of(message);
            RenderedCopy copy =
                    Rendering.render(
                            content, MimeMap.of(content, EVERY), Fixture.copy(Tracking.FULL));
            HeaderReader.read(content)
                    .ifPresent(header -> ControlHeaders.take(header, TrackingMode.FULL));
            assertTrue(copy.content().size() > 0);
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    private static byte[] message(String head, String unit, int octets) {
        return Fixture.latin(head + unit.repeat(octets / unit.length()) + "\r\n");
    }
}
