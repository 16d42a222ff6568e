package facteur.mta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.Optional;

class PlainLinksTest {
    private static final LinkRules PLAIN = new LinkRules(false, true);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "See https://a.example/x?y=1&z=2#f. | https://a.example/x?y=1&z=2#f",
                "<https://a.example/> | https://a.example/",
                "(https://a.example/x) | https://a.example/x",
                "https://a.example/x_(y) | https://a.example/x_(y)",
                "HTTP://A.example, and | HTTP://A.example",
                "https://a.example/?u=https://b.example/ | https://a.example/?u=https://b.example/",
                "xhttps://a.example/ | ",
                "https:// | ",
                "https://a.example/unsubscribe | ",
                "ftp://a.example/ mailto:a@b.example www.a.example | ",
            })
    void a_bare_address_is_found_without_the_sentence_around_it(String text, String target)
            throws IOException {
        byte[] message = Fixture.latin("Content-Type: text/plain\r\n\r\n" + text + "\r\n");
        MimeMap map = MimeMap.of(Content.of(message), PLAIN);
        assertEquals(target == null ? "[]" : "[" + target + "]", map.targets().toString());
        Rendered rendered = Rendering.render(Content.of(message), map, Fixture.copy(Tracking.FULL));
        assertEquals(target == null ? 0 : 1, rendered.links());
        String copy = Fixture.latin(Fixture.octets(rendered.content()));
        String body = copy.substring(copy.indexOf("\r\n\r\n") + 4);
        if (target != null) {
            String url = body.replaceAll("(?s).*(https://t.shop.example/c/[A-Za-z0-9_-]+).*", "$1");
            assertEquals(target, Fixture.target(url));
            assertEquals(text.replace(target, url) + "\r\n", body);
        }
    }

    @Test
    void by_default_text_is_left_alone() {
        Rendered rendered =
                Fixture.render(
                        Fixture.latin("Subject: x\r\n\r\nhttps://a.example/\r\n"),
                        Fixture.copy(Tracking.FULL));
        assertEquals(Optional.of(NotTracked.NO_HTML), rendered.notTracked());
    }
}
