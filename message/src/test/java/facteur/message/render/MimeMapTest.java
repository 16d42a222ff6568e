package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.message.mime.MimeScanner;
import facteur.message.mime.WhyNotTracked;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.Optional;

/** What is understood and what is left alone, and why. */
class MimeMapTest {
    private static final String LINK = "<a href=\"https://a.example/\">x</a>";

    /** A tilde is a line break; @ is a link. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no_html | Subject: x~~text @",
                "no_html | Content-Type: text/html~Content-Disposition: attachment~~@",
                "no_html | Content-Type: text/html~Content-Disposition: ATTACHMENT; filename=x~~@",
                "no_html | Content-Type: text/html~Content-Disposition: attachment;"
                        + " filename=\"a\"b.html~~@",
                "no_html | Content-Type: text/html~Content-Disposition: ; filename=x.html~~@",
                "no_html | Content-Type: text/html~Content-Disposition: filename=x.html~~@",
                "no_html | Content-Type: text/html~Content-Disposition: form-data; name=x~~@",
                "no_html | Content-Type: text/html; name=x.html~~@",
                "no_html | Content-Type: text/html; name*0*=utf-8''x; name*1=.html~~@",
                "no_html | Content-Type: text/html; name=x~Content-Disposition: attachment~~@",
                "no_html | Content-Type: application/pdf~~@",
                "no_html | Content-Type: message/rfc822~~Content-Type: text/html~~@",
                "no_html | Content-Type: multipart/mixed; boundary=b~~--b~~text~--b--~",
                "signed | Content-Type: multipart/signed; boundary=b~~--b~Content-Type:"
                        + " text/html~~@~--b--~",
                "encrypted | Content-Type: multipart/encrypted; boundary=b~~--b~~x~--b--~",
                "encrypted | Content-Type: application/pkcs7-mime; smime-type=enveloped-data~~x",
                "signed | Content-Type: application/pkcs7-mime; smime-type=signed-data~~x",
                "signed | Content-Type: text/plain~~-----BEGIN PGP SIGNED MESSAGE-----~x",
                "encrypted | Content-Type: multipart/mixed; boundary=b~~--b~~-----BEGIN PGP"
                        + " MESSAGE-----~x~--b~Content-Type: text/html~~@~--b--~",
                "report | Content-Type: multipart/report; boundary=b~~--b~Content-Type:"
                        + " text/html~~@~--b--~",
                "malformed | Content-Type: multipart/mixed~~--b~~x~--b--~",
                "malformed | Content-Type: multipart/mixed; boundary=b~~--b~Content-Type:"
                        + " text/html~~@~--b~~x",
                "malformed | Content-Type: multipart/mixed; boundary=b~~--b~Content-Type:"
                        + " text/html~~@~--bb~",
                "malformed | Content-Type: multipart/mixed; boundary=b~~--b~Content-Type:"
                        + " text/html~--b--~",
                "malformed | Content-Type: multipart/mixed; boundary=a~~--a~Content-Type:"
                        + " multipart/mixed; boundary=b~~--b~Content-Type: text/html~~@~--a--~",
                "malformed | Content-Type: text/html~Content-Type: text/plain~~@",
                "malformed | Content-Type: text/html~Content-Transfer-Encoding:"
                        + " 7bit~Content-Transfer-Encoding: base64~~@",
                "malformed | Content-Type: text/html; charset=\"utf-8~~@",
                "malformed | Content-Type: text/html~no field~~@",
                "charset | Content-Type: text/html; charset=utf-7~~@",
                "charset | Content-Type: text/html; charset=nonsense~~@",
                "charset | Content-Type: text/html; charset=utf-32~~@",
                "charset | Content-Type: text/html; charset=ibm500~~@",
                "charset | Content-Type: text/html; charset=utf-16~~@",
                "encoding | Content-Type: text/html~Content-Transfer-Encoding: x-uuencode~~@",
                "encoding | Content-Type: text/html~Content-Transfer-Encoding: base64~~@",
                "encoding | Content-Type: text/html~Content-Transfer-Encoding: quoted-printable~~@",
                "odd_html | Content-Type: text/html~~@<svg><![CDATA[x]]></svg>",
                "odd_html | Content-Type: text/html~~@<script><!-- <script> </script> --></script>",
                "nothing_to_track | Content-Type: text/html~~<style>",
            })
    void it_is_sent_as_it_came(String reason, String message) {
        byte[] octets = Fixture.latin(message(message));
        RenderedCopy renderedCopy = Fixture.render(octets, Fixture.copy(Tracking.FULL));
        assertEquals(reason, renderedCopy.notTracked().map(WhyNotTracked::key).orElse("tracked"));
        String copy = Fixture.latin(Fixture.octets(renderedCopy.content()));
        assertTrue(copy.endsWith(Fixture.latin(octets)), copy);
        assertEquals(0, renderedCopy.links());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Content-Type: text/html~~@",
                "Content-Type: TEXT/HTML (really; html) ; charset = utf-8~~@",
                "Content-Type: text/html;~~@",
                "Content-Type: text/html; charset=\"us\\-ascii\"~Content-Disposition: inline;"
                        + " filename=x~~@",
                "Content-Type: text/html; name=x~Content-Disposition: Inline~~@",
                "Content-Type: text/html~Content-Disposition:~~@",
                "Content-Type: text/html; charset=iso-2022-jp~~\u001b$B<a\"\u001b(B@",
                "Content-Type: multipart/mixed; boundary=\"a b\"~~--a b  ~Content-Type:"
                        + " text/html~~@~--a b--",
                "Content-Type: multipart/mixed; boundary=b~~--b~Content-Type: application/x;"
                        + " name=\"a\"b~~x~--b~Content-Type: text/html~~@~--b--~",
                "Content-Type: multipart/mixed; boundary=b~~--b~Content-Type: multipart/mixed;"
                        + " boundary=b-1~~--b-1~Content-Type: text/html~~@~--b-1--~--b--~--b~",
                "Content-Type: text/html~Content-Transfer-Encoding: quoted-printable~~<a"
                        + " href=3D\"https://a.exa=~mple/=3Fa=\t~\">x</a>",
                "Content-Type: text/html~Content-Transfer-Encoding:"
                        + " base64~~PGEgaHJlZj0iaHR0cHM6Ly9hLmV4YW1w~bGUvIj54PC9hPg==~",
            })
    void it_is_understood(String message) {
        RenderedCopy renderedCopy =
                Fixture.render(Fixture.latin(message(message)), Fixture.copy(Tracking.FULL));
        assertEquals(Optional.empty(), renderedCopy.notTracked());
        assertEquals(1, renderedCopy.links());
        assertTrue(renderedCopy.pixel());
    }

    @Test
    void more_parts_or_levels_than_allowed_leave_it_alone() {
        String head = "Content-Type: multipart/mixed; boundary=b~~";
        String html = "--b~Content-Type: text/html~~@~";
        assertTracked(head + html + "--b~~x~".repeat(999) + "--b--~", "tracked");
        assertTracked(head + html + "--b~~x~".repeat(1000) + "--b--~", "too_large");
        assertTracked(nested(MimeScanner.MAX_DEPTH), "tracked");
        assertTracked(nested(MimeScanner.MAX_DEPTH + 1), "too_large");
        assertTracked(
                head + "--b~X: " + "x".repeat(70_000) + "~~x~" + html + "--b--~", "too_large");
    }

    @Test
    void more_html_than_five_megabytes_is_left_alone() {
        String line = "y".repeat(70) + "~";
        assertTracked("Content-Type: text/html~~@" + line.repeat(72_000), "tracked");
        assertTracked("Content-Type: text/html~~@" + line.repeat(74_000), "too_large");
    }

    @Test
    void earlier_signatures_and_seals_are_seen() throws IOException {
        MimeMap map =
                MimeMap.of(
                        Content.of(
                                Fixture.latin(
                                        message(
                                                "DKIM-Signature: v=1; d=A.example; b=x~"
                                                        + "ARC-Seal: i=1; d=b.example~~x"))));
        assertEquals("[a.example]", map.signers().toString());
        assertTrue(map.isSealed());
    }

    private static void assertTracked(String message, String reason) {
        RenderedCopy renderedCopy =
                Fixture.render(Fixture.latin(message(message)), Fixture.copy(Tracking.FULL));
        assertEquals(reason, renderedCopy.notTracked().map(WhyNotTracked::key).orElse("tracked"));
    }

    private static String nested(int depth) {
        StringBuilder out = new StringBuilder();
        for (int i = 1; i <= depth; i++) {
            out.append("Content-Type: multipart/mixed; boundary=b").append(1000 + i);
            out.append("~~--b").append(1000 + i).append('~');
        }
        out.append("Content-Type: text/html~~@");
        for (int i = depth; i >= 1; i--) {
            out.append("~--b").append(1000 + i).append("--");
        }
        return out.toString();
    }

    private static String message(String row) {
        return row.replace("@", LINK).replace("~", "\r\n");
    }
}
