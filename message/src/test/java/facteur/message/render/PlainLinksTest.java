package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.message.html.LinkRules;
import facteur.message.mime.WhyNotTracked;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        RenderedCopy renderedCopy =
                Rendering.render(Content.of(message), map, Fixture.copy(Tracking.FULL));
        assertEquals(target == null ? 0 : 1, renderedCopy.links());
        String copy = Fixture.latin(Fixture.octets(renderedCopy.content()));
        String body = copy.substring(copy.indexOf("\r\n\r\n") + 4);
        if (target != null) {
            String url = body.replaceAll("(?s).*(https://t.shop.example/c/[A-Za-z0-9_-]+).*", "$1");
            assertEquals(target, Fixture.target(url));
            assertEquals(text.replace(target, url) + "\r\n", body);
        }
    }

    /** Links in white square brackets are expected; a URL without them stays. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "⟦https://bücher.example/x⟧",
                "⟦https://de.example/wiki/München⟧.",
                "⟦https://例え.example/道?問=答#節⟧",
                "«⟦https://a.example/é⟧», “⟦https://a.example/b⟧”, »⟦https://a.example/c⟧«",
                "⟦https://a.example/é⟧…",
                "⟦https://a.example/col·lecció⟧",
                "⟦https://a.example/👩‍👩‍👧⟧ ok",
                "⟦https://a.example/x⟧\u00a0: ⟦https://a.example/y⟧\u3000z",
                "请看⟦https://a.example/x⟧。谢谢，（⟦https://a.example/y⟧）",
                "https://a.example/x（注）",
                "https://a.example/x\u202etxt.exe",
                "https://a.example/x\u0001y https://a.example/x\u001b[0m https://a.example/\u007f",
                "⟦https://a.example/x⟧\t⟦https://a.example/y⟧\u000b⟦https://a.example/z⟧\f.",
                "https://shop.example/{{name}}/go https://shop.example/?n={{name}}",
                "https://{{host}}/x https://a.{{host}}/x",
                "https://shop.example/*|NAME|*/ https://shop.example/[[name]]",
                "https://shop.example/${name} https://shop.example/%%name%%",
                "https://shop.example/?n=*NAME* https://shop.example/~~n~~."
                        + " https://shop.example/_N_",
                "*⟦https://a.example/x⟧*, **⟦https://a.example/y⟧** ~⟦https://a.example/z⟧~.",
                "https://shop.example/<%= name %> https://shop.example/{% url %}",
                "https://shop.example/a|b https://shop.example/a^b",
                "https://shop.example\\\\@evil.example/ https://shop.example/a\\b",
                "https://shop.example/\"b c\" https://shop.example/`b`x",
                "https://shop.example/a<b Shop<⟦https://shop.example/c⟧>",
                "⟦https://a.example/l'été⟧ '⟦https://a.example/x⟧', '⟦https://a.example/y⟧'",
                "see \"the page ⟦https://a.example/x⟧\", `⟦https://a.example/y⟧`",
                "[⟦https://a.example/x⟧] [see ⟦https://a.example/y⟧] ⟦https://[2001:db8::1]/⟧",
                "[text](⟦https://a.example/x_(y)⟧) and ⟦https://a.example/?a[]=1⟧",
            })
    void a_link_is_taken_whole_or_not_at_all(String marked) throws IOException {
        for (String charset : List.of("utf-8", "utf-16be", "gb18030")) {
            String text = marked.replaceAll("[⟦⟧]", "");
            String body =
                    Base64.getMimeEncoder().encodeToString(text.getBytes(Charset.forName(charset)));
            byte[] message =
                    Fixture.latin(
                            "Content-Type: text/plain; charset="
                                    + charset
                                    + "\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                    + body
                                    + "\r\n");
            MimeMap map = MimeMap.of(Content.of(message), PLAIN);
            RenderedCopy renderedCopy =
                    Rendering.render(Content.of(message), map, Fixture.copy(Tracking.FULL));
            String copy =
                    new String(
                            Fixture.latin(
                                    Parts.of(Fixture.octets(renderedCopy.content()))
                                            .getFirst()
                                            .octets()),
                            Charset.forName(charset));
            String seen =
                    Pattern.compile("https://t\\.shop\\.example/c/[A-Za-z0-9_-]+")
                            .matcher(copy)
                            .replaceAll(
                                    link ->
                                            Matcher.quoteReplacement(
                                                    "⟦" + Fixture.target(link.group()) + "⟧"));
            assertEquals(marked, seen, charset);
        }
    }

    @Test
    void in_japanese_mail_of_seven_bits_a_link_is_taken_whole_or_not_at_all() throws IOException {
        byte[] message =
                ("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
                                + "見よ https://a.example/x と https://b.example/道\r\n")
                        .getBytes(Charset.forName("iso-2022-jp"));
        MimeMap map = MimeMap.of(Content.of(message), PLAIN);
        assertTrue(
                Set.of("https://a.example/x", "https://b.example/道").containsAll(map.targets()),
                map.targets().toString());
        assertTrue(map.targets().contains("https://a.example/x"));
    }

    @Test
    void octets_that_are_not_of_the_charset_are_no_part_of_a_link() throws IOException {
        for (String charset : List.of("", "; charset=utf-8", "; charset=us-ascii")) {
            byte[] message =
                    Fixture.latin(
                            "Content-Type: text/plain"
                                    + charset
                                    + "\r\n\r\nhttps://b\u00fccher.example/x\r\n");
            assertEquals(List.of(), MimeMap.of(Content.of(message), PLAIN).targets(), charset);
        }
    }

    @Test
    void messages_of_a_digest_are_not_ours_to_change() throws IOException {
        String part = "From: a@x.example\r\n\r\nhttps://shop.example/\r\n";
        byte[] message =
                Fixture.latin(
                        "Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\n"
                                + part
                                + "--d\r\n"
                                + "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
                                + "--m\r\n\r\n"
                                + "https://shop.example/text\r\n"
                                + "--m--\r\n"
                                + "--d\r\n\r\n"
                                + part
                                + "--d--\r\n");
        assertEquals(
                List.of("https://shop.example/text"),
                MimeMap.of(Content.of(message), PLAIN).targets());
    }

    @Test
    void by_default_text_is_left_alone() {
        RenderedCopy renderedCopy =
                Fixture.render(
                        Fixture.latin("Subject: x\r\n\r\nhttps://a.example/\r\n"),
                        Fixture.copy(Tracking.FULL));
        assertEquals(Optional.of(WhyNotTracked.NO_HTML), renderedCopy.notTracked());
    }
}
