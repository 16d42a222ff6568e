package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Tracking;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Newsletters damaged at random: browsers must see the same as before, or nothing is touched. */
class MutationTest {
    private static final List<String> SHRAPNEL =
            List.of(
                    "<",
                    ">",
                    "\"",
                    "'",
                    "=",
                    "/",
                    "&",
                    "-->",
                    "<!--",
                    "--!>",
                    "<!",
                    "</",
                    "<a ",
                    "<a href=\"https://x.example/\">",
                    "href=",
                    " href='https://y.example/'",
                    "<script>",
                    "</script>",
                    "<style>",
                    "</style>",
                    "<title>",
                    "<textarea>",
                    "</textarea>",
                    "<xmp>",
                    "<!--[if mso]>",
                    "<![endif]-->",
                    "<![endif]>",
                    "<body>",
                    "</body>",
                    "</html>",
                    "<br",
                    "<svg>",
                    "</svg>",
                    "<math>",
                    "<table>",
                    "</table>",
                    "<select>",
                    "<plaintext>",
                    "\r\n",
                    " ",
                    "\t",
                    "&amp;",
                    "&#x26;",
                    "&copy",
                    "{{",
                    "<?",
                    "<iframe>",
                    "</iframe >",
                    "<noscript>");

    @Test
    void damaged_html_is_never_changed_in_what_it_shows() {
        assertAllTheSame(0, 3000);
    }

    @Test
    @Tag("long")
    void damaged_html_is_never_changed_in_what_it_shows_long() {
        assertAllTheSame(1_000_000, 300_000);
    }

    @Test
    void a_damaged_message_never_fails_and_is_only_changed_when_it_says_so() {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] message = new Mail(random).around(Newsletter.make(random));
            for (int i = random.nextInt(8); i >= 0; i--) {
                message = damaged(message, random);
            }
            RenderedCopy renderedCopy = Fixture.render(message, Fixture.copy(Tracking.FULL));
            byte[] copy = Fixture.octets(renderedCopy.content());
            assertEquals(renderedCopy.content().size(), copy.length, "seed " + seed);
            if (renderedCopy.notTracked().isPresent()) {
                assertTrue(Fixture.latin(copy).endsWith(body(message)), "seed " + seed);
            }
        }
    }

    private static void assertAllTheSame(int from, int count) {
        int tracked = 0;
        for (int seed = from; seed < from + count; seed++) {
            Random random = new Random(seed);
            StringBuilder html = new StringBuilder(Newsletter.make(random));
            for (int i = random.nextInt(12); i >= 0; i--) {
                damage(html, random);
            }
            String text = html.toString();
            RenderedCopy renderedCopy = Fixture.render(message(text), Fixture.copy(Tracking.FULL));
            List<Parts.Part> parts = Parts.of(Fixture.octets(renderedCopy.content()));
            String copy = utf8(parts.getFirst().octets());
            Doms.Compared doms = Doms.compare(text, copy);
            Doms.assertSame(doms, "seed " + seed);
            tracked += renderedCopy.notTracked().isEmpty() ? 1 : 0;
        }
        assertTrue(tracked > count * 3 / 4, "only " + tracked + " of " + count);
    }

    private static byte[] message(String html) {
        byte[] text = Base64.getMimeEncoder().encode(html.getBytes(StandardCharsets.UTF_8));
        String head =
                String.join(
                        "\r\n",
                        "Content-Type: text/html; charset=utf-8",
                        "Content-Transfer-Encoding: base64",
                        "",
                        "");
        return Fixture.latin(head + Fixture.latin(text));
    }

    private static void damage(StringBuilder html, Random random) {
        int at = random.nextInt(html.length() + 1);
        int to = Math.min(html.length(), at + random.nextInt(20));
        switch (random.nextInt(4)) {
            case 0 -> html.delete(at, to);
            case 1 -> html.insert(at, html.substring(at, to));
            default -> html.insert(at, SHRAPNEL.get(random.nextInt(SHRAPNEL.size())));
        }
    }

    private static byte[] damaged(byte[] message, Random random) {
        StringBuilder text = new StringBuilder(Fixture.latin(message));
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(200));
        switch (random.nextInt(5)) {
            case 0 -> text.delete(at, to);
            case 1 -> text.insert(at, text.substring(at, to));
            case 2 -> text.setLength(Math.max(at, 1));
            case 3 -> text.insert(at, (char) random.nextInt(256));
            default -> text.insert(at, text.substring(0, to - at));
        }
        return Fixture.latin(text.toString());
    }

    private static String body(byte[] message) {
        String text = Fixture.latin(message);
        int empty = text.indexOf("\r\n\r\n");
        return empty < 0 ? "" : text.substring(empty);
    }

    private static String utf8(String octets) {
        return new String(Fixture.latin(octets), StandardCharsets.UTF_8);
    }
}
