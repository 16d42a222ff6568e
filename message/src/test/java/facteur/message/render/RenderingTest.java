package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Token;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.message.dkim.DkimSigner;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.WhyNotTracked;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

class RenderingTest {
    private static final String LINK = "<a href=\"https://a.example/\">x</a>";
    private static final DkimSigner SIGNER =
            new DkimSigner(
                    List.of(
                            DkimKey.of(
                                    new Domain("shop.example"),
                                    "s1",
                                    DkimKey.generate(DkimAlgorithm.ED25519, new SecureRandom()))));

    @Test
    void campaign_mail_can_be_unsubscribed_from_and_transactional_mail_says_what_it_is() {
        String campaign = render(Fixture.html(LINK), Optional.of("Été 2026 !"));
        String token = between(campaign, "List-Unsubscribe:\r\n <" + Fixture.BASE + "/u/", ">");
        assertEquals(
                Optional.of(new Token.Unsubscribe(Fixture.RECIPIENT)), Fixture.SEAL.unseal(token));
        assertTrue(campaign.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
        assertTrue(
                campaign.contains("Feedback-ID: ete-2026-:campaign:facteur:shop-example\r\n"),
                campaign);
        String other = render(Fixture.html(LINK), Optional.empty());
        assertTrue(!other.contains("List-Unsubscribe"), other);
        assertTrue(other.contains("Feedback-ID: none:transactional:facteur:"), other);
    }

    @Test
    void what_the_application_says_of_unsubscribing_stays() {
        String own = "List-Unsubscribe: <mailto:bye@shop.example>\r\nFeedback-ID: a:b:c:d\r\n";
        String message = own + Fixture.latin(Fixture.html(LINK));
        String copy = render(Fixture.latin(message), Optional.of("c"));
        assertTrue(copy.contains("\r\n" + own), copy);
        assertTrue(!copy.contains("/u/"), copy);
    }

    @Test
    void one_of_each_field_arrives_whatever_was_empty() {
        String full = "X-Empty:\r\n";
        String empty =
                "Date: \r\nMessage-ID:\r\n \r\nMIME-Version:\r\nList-Unsubscribe: \r\n"
                        + "List-Unsubscribe-Post:\r\nFeedback-ID:\r\n";
        String message =
                "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <added@mail.example>\r\n"
                        + full
                        + empty
                        + Fixture.latin(Fixture.html(LINK));
        String copy = render(Fixture.latin(message), Optional.of("c"));
        for (String name :
                List.of(
                        "Date",
                        "Message-ID",
                        "MIME-Version",
                        "List-Unsubscribe",
                        "List-Unsubscribe-Post",
                        "Feedback-ID")) {
            HeaderBlock header = HeaderBlock.of(Fixture.latin(copy));
            assertEquals(1, header.all(name).size(), name + "\n" + copy);
            assertTrue(header.has(name), copy);
        }
        assertTrue(copy.contains(full), "it may be empty");
        String foreign = "DKIM-Signature: v=1; d=other.example; b=x\r\n" + message;
        String untouched = render(Fixture.latin(foreign), Optional.of("c"));
        assertTrue(untouched.endsWith(foreign), "what others have signed stays");
    }

    /** RFC 8058 3.1: one of each, and the second only with the first. */
    @Test
    void a_list_unsubscribe_post_without_its_address_is_replaced_with_both() {
        String post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
        byte[] message = Fixture.latin(post + Fixture.latin(Fixture.html(LINK)));
        HeaderBlock header = HeaderBlock.of(Fixture.latin(render(message, Optional.of("c"))));
        assertEquals(1, header.all("List-Unsubscribe").size());
        assertEquals(1, header.all("List-Unsubscribe-Post").size());
        String both = "List-Unsubscribe: <https://shop.example/u>\r\n" + post;
        String own =
                render(Fixture.latin(both + Fixture.latin(Fixture.html(LINK))), Optional.of("c"));
        assertTrue(own.contains(both), own);
        assertEquals(1, HeaderBlock.of(Fixture.latin(own)).all("List-Unsubscribe-Post").size());
    }

    @Test
    void a_list_unsubscribe_post_that_no_https_address_stands_beside_does_not_arrive() {
        String post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
        String body = Fixture.latin(Fixture.html(LINK));
        for (String field :
                List.of(
                        "",
                        "List-Unsubscribe:\r\n",
                        "List-Unsubscribe: <mailto:bye@shop.example>\r\n",
                        "List-Unsubscribe: <http://shop.example/u>\r\n")) {
            String copy = render(Fixture.latin(post + field + body), Optional.empty());
            assertTrue(!copy.contains("List-Unsubscribe-Post"), field + copy);
            assertEquals(field.contains("<"), copy.contains("List-Unsubscribe:"), copy);
        }
        String both = "List-Unsubscribe: <mailto:a@b.example>, <HTTPS://b.example/u>\r\n" + post;
        assertTrue(render(Fixture.latin(both + body), Optional.empty()).contains(both));
        String foreign = "DKIM-Signature: v=1; d=other.example; b=x\r\n" + post;
        assertTrue(
                render(Fixture.latin(foreign + body), Optional.empty()).contains(foreign),
                "what others have signed stays");
    }

    @Test
    void in_aggregate_mode_no_token_of_the_body_names_the_recipient() {
        Tracking aggregate = new Tracking(TrackingMode.AGGREGATE, true, true);
        String copy = text(Fixture.render(Fixture.html(LINK), Fixture.copy(aggregate)).content());
        assertEquals(
                Optional.of(new Token.AnonymousOpen(Fixture.RECIPIENT.message())),
                Fixture.SEAL.unseal(between(copy, Fixture.BASE + "/o/", "\"")));
        assertEquals(
                Optional.of(
                        new Token.AnonymousClick(
                                Fixture.RECIPIENT.message(), 0, "https://a.example/")),
                Fixture.SEAL.unseal(between(copy, Fixture.BASE + "/c/", "\"")));
    }

    @Test
    void copies_are_personal_only_when_a_token_in_them_or_on_their_path_is() throws IOException {
        MimeMap map = MimeMap.of(Content.of(Fixture.html(LINK)));
        Tracking aggregate = new Tracking(TrackingMode.AGGREGATE, true, true);
        assertTrue(isPersonal(map, Fixture.copy(Tracking.FULL)));
        assertTrue(!isPersonal(map, Fixture.copy(Tracking.OFF)));
        assertTrue(!isPersonal(map, Fixture.copy(aggregate)));
        assertTrue(isPersonal(map, Fixture.copy(Tracking.OFF, Optional.of("c"), DkimSigner.NONE)));
        assertTrue(Rendering.isPersonal(map, Fixture.copy(Tracking.OFF)), "its return-path is");
    }

    private static boolean isPersonal(MimeMap map, RecipientCopy copy) {
        return Rendering.isPersonal(map, Fixture.withoutReturnPath(copy));
    }

    @Test
    void opens_and_clicks_are_tracked_apart() {
        RenderedCopy opens =
                Fixture.render(
                        Fixture.html(LINK),
                        Fixture.copy(new Tracking(TrackingMode.FULL, true, false)));
        assertEquals(0, opens.links());
        assertTrue(opens.pixel());
        RenderedCopy clicks =
                Fixture.render(
                        Fixture.html(LINK),
                        Fixture.copy(new Tracking(TrackingMode.FULL, false, true)));
        assertEquals(1, clicks.links());
        assertTrue(!clicks.pixel());
    }

    @Test
    void the_pixel_stands_before_the_end_of_the_body_or_on_top_of_a_long_one() {
        String end = body(LINK + "<!-- </body> --></body></html>\r\n</body>\r\n");
        assertTrue(end.endsWith("\r\n></body>\r\n"), end);
        String none = body(LINK + "\r\n");
        assertTrue(
                none.endsWith("</a>\r\n<img\r\nsrc=\"" + between(none, "src=\"", ">") + ">"), none);
        String top = body("<body class=x>" + ("y".repeat(90) + "\r\n").repeat(1000) + "</body>");
        assertTrue(top.startsWith("<body class=x><img"), top.substring(0, 100));
    }

    @Test
    void a_placeholder_says_where_the_pixel_goes_and_is_never_left_to_be_seen() {
        String html = LINK + "{{ses:openTracker}}<p>{{facteur:pixel}}</body>";
        String copy = body(html);
        assertTrue(copy.contains("</a><img"), copy);
        assertTrue(copy.endsWith("><p></body>"), copy);
        String off = text(Fixture.render(Fixture.html(html), Fixture.copy(Tracking.OFF)).content());
        assertTrue(off.endsWith("\r\n\r\n" + LINK + "<p></body>"), off);
    }

    @Test
    void a_link_that_would_make_its_line_too_long_gets_lines_of_its_own() {
        String text = "x".repeat(900);
        String copy = body("<p>" + text + LINK + "</p>\r\n");
        String url = Fixture.BASE + "/c/" + between(copy, "/c/", "\"");
        assertTrue(copy.contains("<a \r\nhref=\"" + url + "\"\r\n>x</a></p>"), copy);
        String huge = "<a href=\"https://a.example/" + "y".repeat(900) + "\">x</a>\r\n";
        RenderedCopy renderedCopy = Fixture.render(Fixture.html(huge), Fixture.copy(Tracking.FULL));
        assertEquals(0, renderedCopy.links());
        assertTrue(text(renderedCopy.content()).contains(huge.substring(0, 900)));
    }

    @Test
    void mail_signed_by_others_or_sealed_by_forwarders_is_sent_as_it_came() {
        for (String field :
                List.of("DKIM-Signature: v=1; d=other.example; b=x\r\n", "ARC-Seal: i=1\r\n")) {
            byte[] message = Fixture.latin(field + Fixture.latin(Fixture.html(LINK)));
            RecipientCopy copy = Fixture.copy(Tracking.FULL, Optional.of("c"), SIGNER);
            RenderedCopy renderedCopy = Fixture.render(message, copy);
            assertEquals(Optional.of(WhyNotTracked.FOREIGN_SIGNATURE), renderedCopy.notTracked());
            String out = text(renderedCopy.content());
            assertTrue(out.startsWith("DKIM-Signature: v=1; a=ed25519-sha256;"), out);
            assertTrue(out.endsWith(Fixture.latin(message)), out);
        }
    }

    @Test
    void our_own_older_signature_is_replaced() {
        String old = "DKIM-Signature: v=1; d=shop.example; b=old\r\n";
        byte[] message = Fixture.latin(old + Fixture.latin(Fixture.html(LINK)));
        RecipientCopy copy = Fixture.copy(Tracking.FULL, Optional.empty(), SIGNER);
        String out = text(Fixture.render(message, copy).content());
        assertTrue(!out.contains("b=old"), out);
        assertEquals(1, out.split("DKIM-Signature:", -1).length - 1);
    }

    @Test
    void the_key_of_the_closest_domain_signs_and_strangers_are_not_signed_for() {
        DkimKey above = key("shop.example");
        DkimKey below = key("deals.shop.example");
        DkimSigner signer = new DkimSigner(List.of(above, below));
        assertEquals(List.of(below), signer.keysFor(new Domain("x.deals.shop.example")));
        assertEquals(List.of(above), signer.keysFor(new Domain("news.shop.example")));
        assertEquals(List.of(), signer.keysFor(new Domain("notshop.example")));
    }

    @Test
    void a_copy_reads_the_same_from_any_place() throws IOException {
        Random random = new Random(11);
        byte[] message = new Mail(random).around(Newsletter.make(random));
        Content copy =
                Fixture.render(message, Fixture.copy(Tracking.FULL, Optional.of("c"), SIGNER))
                        .content();
        byte[] whole = Fixture.octets(copy);
        assertEquals(whole.length, copy.size());
        for (int round = 0; round < 2000; round++) {
            int from = random.nextInt(whole.length + 1);
            int length = random.nextInt(whole.length - from + 1);
            try (InputStream in = copy.open(from, length)) {
                assertArrayEquals(
                        Arrays.copyOfRange(whole, from, from + length), in.readAllBytes());
            }
        }
    }

    @Test
    void rendering_again_gives_the_same_octets() {
        RecipientCopy copy = Fixture.copy(Tracking.FULL, Optional.of("c"), SIGNER);
        byte[] message = Fixture.html(LINK);
        assertArrayEquals(
                Fixture.octets(Fixture.render(message, copy).content()),
                Fixture.octets(Fixture.render(message, copy).content()));
    }

    /** The attachment exists only as it is read: nothing could hold it all and pass unseen. */
    @Test
    void a_message_of_25_mebibytes_is_mapped_signed_and_read_without_being_held()
            throws IOException {
        Content big = new Attachment(25 * 1024 * 1024);
        RecipientCopy copy = Fixture.copy(Tracking.FULL, Optional.of("c"), SIGNER);
        RenderedCopy renderedCopy = Rendering.render(big, MimeMap.of(big), copy);
        assertEquals(1, renderedCopy.links());
        long read = 0;
        try (InputStream in = renderedCopy.content().open()) {
            byte[] chunk = new byte[65536];
            for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
                read += n;
            }
        }
        assertEquals(renderedCopy.content().size(), read);
    }

    private static DkimKey key(String domain) {
        String pem = DkimKey.generate(DkimAlgorithm.ED25519, new SecureRandom());
        return DkimKey.of(new Domain(domain), "s1", pem);
    }

    private static String body(String html) {
        String copy =
                text(Fixture.render(Fixture.html(html), Fixture.copy(Tracking.FULL)).content());
        return copy.substring(copy.indexOf("\r\n\r\n") + 4);
    }

    private static String render(byte[] message, Optional<String> campaign) {
        RecipientCopy copy = Fixture.copy(Tracking.FULL, campaign, DkimSigner.NONE);
        return text(Fixture.render(message, copy).content());
    }

    private static String text(Content content) {
        return Fixture.latin(Fixture.octets(content));
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    /** An HTML part and a huge attachment whose octets are made up on reading. */
    private static final class Attachment implements Content {
        private final byte[] head;
        private final byte[] tail = Fixture.latin("\r\n--b--\r\n");
        private final long middle;

        Attachment(long middle) {
            this.middle = middle;
            this.head =
                    Fixture.latin(
                            String.join(
                                    "\r\n",
                                    "From: a@shop.example",
                                    "Content-Type: multipart/mixed; boundary=b",
                                    "",
                                    "--b",
                                    "Content-Type: text/html",
                                    "",
                                    LINK,
                                    "--b",
                                    "Content-Type: application/pdf",
                                    "Content-Transfer-Encoding: base64",
                                    "",
                                    ""));
        }

        @Override
        public long size() {
            return head.length + middle + tail.length;
        }

        @Override
        public InputStream open(long offset, long length) {
            return new InputStream() {
                private long at = offset;

                @Override
                public int read() {
                    return at < offset + length ? octet(at++) & 0xff : -1;
                }

                @Override
                public int read(byte[] into, int start, int count) {
                    int n = (int) Math.min(count, offset + length - at);
                    for (int i = 0; i < n; i++) {
                        into[start + i] = octet(at++);
                    }
                    return n == 0 && count > 0 ? -1 : n;
                }
            };
        }

        private byte octet(long at) {
            if (at < head.length) {
                return head[(int) at];
            }
            long within = at - head.length;
            if (within >= middle) {
                return tail[(int) (within - middle)];
            }
            int column = (int) (within % 78);
            return (byte) (column == 76 ? '\r' : column == 77 ? '\n' : 'A');
        }
    }
}
