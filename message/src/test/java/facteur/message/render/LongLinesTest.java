package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;

import org.apache.james.jdkim.DKIMVerifier;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links in plain text grow, and no line may grow beyond 998 octets (RFC 5322 2.1.1). */
class LongLinesTest {
    private static final LinkRules PLAIN = new LinkRules(false, true);
    private static final Pattern LINK =
            Pattern.compile(Pattern.quote(Fixture.BASE) + "/c/[A-Za-z0-9_-]+");
    private static final DkimKey KEY =
            DkimKey.of(
                    new Domain("shop.example"),
                    "s1",
                    DkimKey.generate(DkimAlgorithm.RSA, new SecureRandom()));
    private static final DkimSigner SIGNER = new DkimSigner(List.of(KEY));

    @Test
    void a_line_of_many_links_is_quoted_and_reads_the_same() throws Exception {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < 22; i++) {
            line.append("see https://shop.example/p/").append(i).append(' ');
        }
        String text = line.append("\t\r\nplain = é \r\n.\r\n").toString();
        for (String header :
                List.of(
                        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                + "Content-Transfer-Encoding: 8bit\r\n",
                        "MIME-Version: 1.0\r\nContent-Transfer-Encoding:\r\n 7bit\r\n"
                                + "Content-Type: text/plain; charset=iso-8859-1\r\n",
                        "")) {
            byte[] message =
                    Fixture.latin(
                            "From: a@shop.example\r\n" + header + "Subject: x\r\n\r\n" + text);
            byte[] copy = copy(message, 22);
            String seen = Fixture.latin(copy);
            assertTrue(seen.contains("MIME-Version: 1.0\r\n"), seen);
            assertEquals(2, seen.split("Content-Transfer-Encoding:", -1).length, seen);
            assertEquals("quoted-printable", Parts.of(copy).getFirst().encoding());
            assertEquals(text, read(Parts.of(copy).getFirst().octets()));
            DKIMVerifier verifier = new DKIMVerifier((_, _, _) -> List.of(KEY.dnsRecord()));
            assertEquals(1, verifier.verify(new ByteArrayInputStream(copy)).size());
        }
    }

    @Test
    void a_part_that_is_quoted_leaves_its_neighbours_as_they_are() throws IOException {
        String line = "x".repeat(960) + " https://shop.example/";
        String other = "short https://shop.example/";
        byte[] message =
                Fixture.latin(
                        String.join(
                                "\r\n",
                                "From: a@shop.example",
                                "Content-Type: multipart/mixed; boundary=b",
                                "",
                                "--b",
                                "",
                                line,
                                "--b",
                                "Content-Transfer-Encoding: 8bit",
                                "Content-Type: text/plain; charset=utf-8",
                                "",
                                line,
                                "--b",
                                "",
                                other,
                                "--b",
                                "Content-Type: text/html",
                                "",
                                "<a href=\"https://shop.example/\">x</a>",
                                "--b--",
                                ""));
        List<Parts.Part> parts = Parts.of(copy(message, 1));
        assertEquals(
                List.of("quoted-printable", "quoted-printable", "7bit", "7bit"),
                parts.stream().map(Parts.Part::encoding).toList());
        assertEquals(
                List.of(line, line, other),
                parts.stream().limit(3).map(part -> read(part.octets())).toList());
    }

    /** One octet below the limit stays as it stands, one above does not. */
    @Test
    void only_a_line_that_would_be_too_long_is_quoted() throws IOException {
        String copy = Fixture.latin(copy(message("https://shop.example/"), 1));
        Matcher matcher = LINK.matcher(copy);
        assertTrue(matcher.find());
        int length = matcher.end() - matcher.start();
        for (int line = 990; line <= 1010; line++) {
            byte[] sent =
                    copy(message("x".repeat(line - length - 1) + " https://shop.example/"), 1);
            boolean quoted = Fixture.latin(sent).contains("quoted-printable");
            assertTrue(line <= 997 ? !quoted : line <= 998 || quoted, "at " + line);
        }
    }

    @Test
    void whatever_the_lines_none_is_too_long_and_all_read_the_same() throws IOException {
        int quoted = 0;
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int lines = random.nextInt(8); lines >= 0; lines--) {
                int most = random.nextInt(998);
                int start = text.length();
                while (text.length() - start < most - 60) {
                    int kind = random.nextInt(60);
                    text.append(
                            kind == 0
                                    ? "https://shop.example/" + random.nextInt(1000)
                                    : kind < 20 ? "été=" : kind < 40 ? "x".repeat(kind) : "\t");
                    text.append(' ');
                }
                text.append("\r\n");
            }
            byte[] copy = copy(message(text.toString()), -1);
            quoted += Fixture.latin(copy).contains("quoted-printable") ? 1 : 0;
            assertEquals(text + "\r\n", read(Parts.of(copy).getFirst().octets()), "seed " + seed);
        }
        assertTrue(quoted > 20 && quoted < 380, quoted + " quoted");
    }

    @Test
    void without_tracking_nothing_is_quoted() throws IOException {
        byte[] message = message("x".repeat(960) + " https://shop.example/");
        Content content = Content.of(message);
        RecipientCopy copy = Fixture.copy(Tracking.OFF);
        RenderedCopy renderedCopy = Rendering.render(content, MimeMap.of(content, PLAIN), copy);
        assertTrue(
                Fixture.latin(Fixture.octets(renderedCopy.content()))
                        .endsWith(Fixture.latin(message)));
    }

    private static byte[] message(String text) {
        return Fixture.latin(
                "From: a@shop.example\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=iso-8859-1\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\n"
                        + text
                        + "\r\n");
    }

    private static byte[] copy(byte[] message, int links) throws IOException {
        Content content = Content.of(message);
        RecipientCopy copy = Fixture.copy(Tracking.FULL, Optional.empty(), SIGNER);
        RenderedCopy renderedCopy = Rendering.render(content, MimeMap.of(content, PLAIN), copy);
        if (links >= 0) {
            assertEquals(links, renderedCopy.links());
        }
        byte[] octets = Fixture.octets(renderedCopy.content());
        for (String line : Fixture.latin(octets).split("\r\n", -1)) {
            assertTrue(line.length() <= 998, line.length() + " octets: " + line);
        }
        return octets;
    }

    /** With the targets in place of the links. */
    private static String read(String copy) {
        return LINK.matcher(copy)
                .replaceAll(link -> Matcher.quoteReplacement(Fixture.target(link.group())));
    }
}
