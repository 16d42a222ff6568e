package facteur.message.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;
import facteur.message.mime.WhyNotTracked;
import facteur.message.render.Fixture;
import facteur.message.render.MimeMap;
import facteur.message.render.RenderedCopy;
import facteur.message.render.Rendering;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One thing a table row: what is rewritten, where it leads, and what is left. */
public class HtmlLinksTest {
    private static final Pattern OURS =
            Pattern.compile(Pattern.quote(Fixture.BASE) + "/c/[A-Za-z0-9_-]+");
    private static final Tracking CLICKS = new Tracking(TrackingMode.FULL, false, true);

    /**
     * HTML, with the links in it between | and |; what they must lead to follows behind ==; ~ is a
     * line break.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a href=\"|https://a.example/|\">x</a> == https://a.example/",
                "<a href='|https://a.example/|'>x</a> == https://a.example/",
                "<a href=|https://a.example/|>x</a> == https://a.example/",
                "<a href=|https://a.example/?a=b&c=d| title=x>x</a> == https://a.example/?a=b&c=d",
                "<A\tHREF = \"|HTTPS://A.example/X|\">x</A> == HTTPS://A.example/X",
                "<a~  class='b'~  href~=~\"|https://a.example/|\"~>x == https://a.example/",
                "<a/href=\"|https://a.example/|\"/>x == https://a.example/",
                "<a x=\"1\"href=\"|https://a.example/|\">x == https://a.example/",
                "<a title=\">\" href=\"|https://a.example/|\">x == https://a.example/",
                "<a title='href=\"https://n.example/\"' href=\"|https://a.example/|\">x =="
                        + " https://a.example/",
                "<a href=\"|https://a.example/1|\" href=\"https://a.example/2\">x =="
                        + " https://a.example/1",
                "<a href=\"|  https://a.example/  |\">x == https://a.example/",
                "<a href=\"|https://a.example/~\tb|\">x == https://a.example/b",
                "<a href=\"|https://a.example/?a=1&amp;b=2|\">x == https://a.example/?a=1&b=2",
                "<a href=\"|https://a.example/?a=1&#38;b=2&#x26;c|\">x =="
                        + " https://a.example/?a=1&b=2&c",
                "<a href=\"|https://a.example/?a&amp;amp;b|\">x == https://a.example/?a&amp;b",
                "<a href=\"|https://a.example/?a&copy=1&reg2|\">x =="
                        + " https://a.example/?a&copy=1&reg2",
                "<a href=\"|https://a.example/?&copy;&eacute|\">x == https://a.example/?©é",
                "<a href=\"|https://a.example/é?ü|\">x == https://a.example/é?ü",
                "<a href=\"|https://a.example/#f?x=1|\">x == https://a.example/#f?x=1",
                "<a href=\"|https://a.example/?href=https://b.example|\">x =="
                        + " https://a.example/?href=https://b.example",
                "<area shape=rect href=\"|https://a.example/|\"> == https://a.example/",
                "<!--[if mso]><v:rect href=\"|https://a.example/|\" /><![endif]--> =="
                        + " https://a.example/",
                "<!-- [if gte mso 9]><a href='|https://a.example/|'>x</a><![endif]--> =="
                        + " https://a.example/",
                "<!--[if !mso]><!--><a href=\"|https://a.example/|\">x</a><!--<![endif]--> =="
                        + " https://a.example/",
                "<![if !mso]><a href=\"|https://a.example/|\">x</a><![endif]> =="
                        + " https://a.example/",
                "<p a < b><a href=\"|https://a.example/|\">x == https://a.example/",
                "1 < 2 <a href=\"|https://a.example/|\">x == https://a.example/",
                "<!--> <a href=\"|https://a.example/|\">x --> == https://a.example/",
                "<!-- x --!> <a href=\"|https://a.example/|\">x == https://a.example/",
                "<style></styles> </style ><a href=\"|https://a.example/|\">x =="
                        + " https://a.example/",
                "<script>'<a href=\"https://n.example/\">'</script><a"
                        + " href=\"|https://a.example/|\"> == https://a.example/",
                "</a href='x>y'><a href=\"|https://a.example/|\">x == https://a.example/",
                "<noscript><a href=\"|https://a.example/|\">x</a></noscript> == https://a.example/",
                "<a href=\"|https://a.example/|\" clicktracking=\"on\">x == https://a.example/",
            })
    void a_link_is_rewritten_in_place_and_leads_to_where_it_led(String row) {
        String html = row.substring(0, row.lastIndexOf(" == "));
        String target = row.substring(row.lastIndexOf(" == ") + 4);
        String[] around = html.replace("~", "\r\n").split("\\|", -1);
        String copy = body(around[0] + around[1] + around[2]);
        Matcher matcher = OURS.matcher(copy);
        assertTrue(matcher.find(), copy);
        assertEquals(target, Fixture.target(matcher.group()));
        String rest = around[2].replace(" clicktracking=\"on\"", "");
        assertEquals(around[0] + matcher.group() + rest, copy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a href=\"mailto:a@b.example\">x",
                "<a href=\"tel:+33\">x",
                "<a href=\"sms:+33\">x",
                "<a href=\"#top\">x",
                "<a href=\"\">x",
                "<a href>x",
                "<a href=>x",
                "<a href=\"cid:1\">x",
                "<a href=\"data:text/html,x\">x",
                "<a href=\"javascript:x()\">x",
                "<a href=\"relative\">x",
                "<a href=\"//a.example/\">x",
                "<a href=\"https:/a.example/\">x",
                "<a href=\"https://\">x",
                "<a href=\"https://a.example/{{name}}\">x",
                "<a href=\"https://a.example/*|ID|*\">x",
                "<a href=\"https://a.example/%%id%%\">x",
                "<a href=\"https://a.example/unsubscribe/1\">x",
                "<a href=\"https://a.example/se-desabonner\">x",
                "<a href=\"https://a.example/opt-out\">x",
                "<a href=\"https://a.example/password/reset/1\">x",
                "<a href=\"https://a.example/x?token=1\">x",
                "<a href=\"https://a.example/magic/1\">x",
                "<a href=\"https://t.shop.example/o/x\">x",
                "<a href=\"https://a.example/&hellip;x\">x",
                "<a href=\"https://a.example/&#0;x\">x",
                "<a name=\"href=https://a.example/\">x",
                "<a data-href=\"https://a.example/\">x",
                "<img src=\"https://a.example/\">",
                "<link href=\"https://a.example/\">",
                "<base href=\"https://a.example/\">",
                "<form action=\"https://a.example/\">",
                "<abbr href=\"https://a.example/\">x",
                "<!-- <a href=\"https://a.example/\">x</a> -->",
                "<!-- a --><!-- <a href='https://a.example/'> --",
                "<style><a href=\"https://a.example/\"></style>",
                "<textarea><a href=\"https://a.example/\"></textarea>",
                "<title><a href=\"https://a.example/\"></title>",
                "<xmp><a href=\"https://a.example/\"></xmp>",
                "<plaintext><a href=\"https://a.example/\">x</plaintext>",
                "<script><a href=\"https://a.example/\"></script>",
                "<iframe><a href=\"https://a.example/\"></iframe>",
                "<a href=\"https://a.example/",
                "<a href=\"https://a.example/\"",
                "<a href=\"https://a.example/>x</a>",
                "< a href=\"https://a.example/\">x</a>",
                "&lt;a href=\"https://a.example/\">x",
                "<?php <a href=\"https://a.example/\" ?",
                "<svg><![CDATA[ <a href=\"https://a.example/\"> ]]></svg>",
            })
    void what_is_no_link_for_us_is_left_octet_for_octet(String html) {
        assertEquals(html, body(html));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a href=\"https://a.example/\"^ clicktracking=off^>x",
                "<a^ clicktracking=\"off\"^ href=\"https://a.example/\">x",
                "<a^ data-notrack^ href=\"https://a.example/\">x",
                "<a^ ses:no-track^ href='https://a.example/'>x",
                "<a^ data-pm-no-track^ href='https://a.example/' class=x>x",
                "<a href='https://a.example/'^ data-msys-clicktrack=\"0\"^>x",
                "<a href='https://a.example/'^ mc:disable-tracking^>x",
                "<a href='https^+notrack^://a.example/'>x",
            })
    void an_opt_out_is_obeyed_and_taken_away(String row) {
        String[] around = row.split("\\^", -1);
        // a second link, so that there is something to track at all
        String other = "<a href=\"https://other.example/\">x";
        String copy = body(around[0] + around[1] + around[2] + other);
        assertTrue(copy.startsWith(around[0] + around[2] + "<a href=\""), copy);
    }

    @Test
    void a_thousand_links_are_rewritten_and_one_more_leaves_all_alone() {
        String link = "<a href=\"https://a.example/%d\">x</a>\r\n";
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < LinkTargets.MAX; i++) {
            html.append(link.formatted(i));
        }
        RenderedCopy all = Fixture.render(Fixture.html(html.toString()), Fixture.copy(CLICKS));
        assertEquals(LinkTargets.MAX, all.links());
        html.append(link.formatted(-1));
        RenderedCopy none = Fixture.render(Fixture.html(html.toString()), Fixture.copy(CLICKS));
        assertEquals(Optional.of(WhyNotTracked.TOO_MANY_LINKS), none.notTracked());
        assertTrue(Fixture.latin(Fixture.octets(none.content())).endsWith(html.toString()));
    }

    @Test
    void one_address_has_one_number_wherever_it_stands() {
        String copy =
                body(
                        "<a href=\"https://a.example/\">x</a><a href='https://b.example/'>y</a>"
                                + "<!--[if mso]><v:rect href=\"https://a.example/\"/><![endif]-->");
        List<String> tokens = new ArrayList<>();
        OURS.matcher(copy).results().forEach(it -> tokens.add(it.group()));
        assertEquals(3, tokens.size());
        assertEquals(tokens.get(0), tokens.get(2));
    }

    @Test
    void an_address_of_the_unsubscribe_field_is_left_in_the_body() {
        String message =
                Fixture.latin(
                        Fixture.html(
                                "<a href=\"https://a.example/bye?x=1&amp;y=2\">x</a><a"
                                        + " href=\"https://a.example/\">y</a>"));
        RenderedCopy renderedCopy =
                Fixture.render(
                        Fixture.latin(
                                "List-Unsubscribe: <https://a.example/bye?x=1&y=2>\r\n" + message),
                        Fixture.copy(CLICKS));
        assertEquals(1, renderedCopy.links());
        assertTrue(
                Fixture.latin(Fixture.octets(renderedCopy.content()))
                        .contains("href=\"https://a.example/bye?x=1&amp;y=2\""));
    }

    @Test
    void a_password_reset_is_rewritten_where_the_operator_says_so() throws IOException {
        Content message =
                Content.of(Fixture.html("<a href=\"https://a.example/password/reset/1\">x"));
        MimeMap map = MimeMap.of(message, new LinkRules(true, false));
        assertEquals(1, Rendering.render(message, map, Fixture.copy(CLICKS)).links());
    }

    private static String body(String html) {
        byte[] copy =
                Fixture.octets(Fixture.render(Fixture.html(html), Fixture.copy(CLICKS)).content());
        String text = new String(copy, StandardCharsets.UTF_8);
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }
}
