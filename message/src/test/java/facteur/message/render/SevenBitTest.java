package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.text.Ascii;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.message.dkim.DkimSigner;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.SevenBit;
import facteur.message.mime.TransferEncoding;

import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.address.Group;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a reader decodes is the same before and after; mime4j, which nobody here wrote, decodes. */
class SevenBitTest {
    private static final String PARTS =
            """
            From: a@shop.example
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=outer
            Content-Transfer-Encoding: 8bit

            --outer
            Content-Type: multipart/alternative; boundary=inner
            Content-Transfer-Encoding: 8BIT

            --inner
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Été à la plage = soldes\t
            .une ligne de plus, tout en ASCII, et pour la mesure\s

            --inner
            Content-Type: text/html; charset=utf-8

            <p>日本語の長いテキスト日本語の長いテキスト日本語の長いテキスト</p>
            --inner--
            --outer
            Content-Type: application/octet-stream
            Content-Transfer-Encoding: binary

            \u00e9\u00e8 data
            --outer
            Content-Type: image/gif
            Content-Transfer-Encoding: base64

            R0lGODdh
            --outer
            Content-Type: message/rfc822

            Subject: forwarded
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Naïve
            --outer--
            """;

    private static Content message(String text) {
        return Content.of(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] octets(Content content) throws IOException {
        try (InputStream in = content.open()) {
            return in.readAllBytes();
        }
    }

    private static Content converted(Content content) throws IOException {
        return switch (SevenBit.of(content)) {
            case SevenBit.Conversion.Converted(Content it) -> it;
            case SevenBit.Conversion.Impossible(String why) -> throw new AssertionError(why);
        };
    }

    /** The decoded bodies, part by part. */
    static List<byte[]> bodies(byte[] message) throws IOException {
        DefaultMessageBuilder builder = new DefaultMessageBuilder();
        List<byte[]> bodies = new ArrayList<>();
        collect(builder.parseMessage(new ByteArrayInputStream(message)), bodies);
        return bodies;
    }

    private static void collect(Entity entity, List<byte[]> bodies) throws IOException {
        switch (entity.getBody()) {
            case Multipart parts -> {
                for (Entity part : parts.getBodyParts()) {
                    collect(part, bodies);
                }
            }
            case Message inner -> collect(inner, bodies);
            case SingleBody single -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                single.writeTo(out);
                bodies.add(out.toByteArray());
            }
            default -> throw new AssertionError("what is " + entity.getBody());
        }
    }

    private static void assertSameForReaders(Content before, Content after) throws IOException {
        byte[] was = octets(before);
        byte[] is = octets(after);
        assertTrue(Ascii.is(is, is.length));
        List<byte[]> expected = bodies(was);
        List<byte[]> found = bodies(is);
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "part " + i);
        }
        for (String line : new String(is, StandardCharsets.US_ASCII).split("\r\n", -1)) {
            assertTrue(line.length() <= 998, line);
        }
    }

    @Test
    void every_part_is_encoded_in_its_own_way_and_decodes_to_the_same() throws IOException {
        Content original = message(PARTS);
        Content converted = converted(original);
        assertSameForReaders(original, converted);
        String text = new String(octets(converted), StandardCharsets.US_ASCII);
        assertTrue(text.contains("=C3=89t=C3=A9 =C3=A0 la plage =3D soldes=09\r\n"), text);
        assertTrue(text.contains("pour la mesure=20\r\n"), text);
        assertTrue(!text.toLowerCase(java.util.Locale.ROOT).contains("encoding: 8bit"), text);
        assertTrue(!text.contains("binary"), text);
    }

    /** RFC 2046 5.1.5: without a type, a part of a digest is a message; 5.2.1: never encoded. */
    @Test
    void the_messages_of_a_digest_are_encoded_from_inside() throws IOException {
        String inner =
                """
                From: a@x.example
                Subject: one
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                Grüße aus dem Laden, und hier geht es weiter: https://shop.example/dig
                """;
        Content original =
                message(
                        "MIME-Version: 1.0\nContent-Type: multipart/digest; boundary=dd\n\n"
                                + "--dd\n\n"
                                + inner
                                + "--dd\nContent-Transfer-Encoding: 8bit\n\n"
                                + inner
                                + "--dd\nContent-Type: text/plain; charset=utf-8\n\né, no message\n"
                                + "--dd--\n");
        Content converted = converted(original);
        assertSameForReaders(original, converted);
        String text = new String(octets(converted), StandardCharsets.US_ASCII);
        assertEquals(3, text.split("Gr=C3=BC=C3=9Fe aus dem", -1).length, text);
        assertTrue(text.contains("--dd\r\nContent-Transfer-Encoding: 7bit\r\n\r\nFrom: a"), text);
        assertEquals(2, text.split("quoted-printable\r\n\r\nGr", -1).length - 1, text);
    }

    @Test
    void a_message_within_that_bears_a_signature_keeps_its_octets() throws IOException {
        String inner =
                "DKIM-Signature: v=1; d=elsewhere.example; b=abc\r\n"
                        + "Subject: =?utf-8?q?=C3=A9t=C3=A9?= = \r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\nCe texte est signé.\r\n";
        for (String header :
                List.of(
                        "Content-Type: message/rfc822; name=x.eml\n"
                                + "Content-Disposition: attachment\n",
                        "Content-Transfer-Encoding: 8bit\nContent-Type: MESSAGE/RFC822\n",
                        "Content-Disposition: inline\n Content-Type: x\n"
                                + "Content-Type:\n message/rfc822\n"
                                + "Content-Transfer-Encoding: 8bit\nContent-Description: y\n")) {
            Content original =
                    message(
                            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                                    + "--b\n\nforwarded\n--b\n"
                                    + header
                                    + "\n"
                                    + inner.replace("\r\n", "\n")
                                    + "--b--\n");
            byte[] converted = octets(converted(original));
            assertTrue(Ascii.is(converted, converted.length));
            String text = new String(converted, StandardCharsets.US_ASCII);
            assertEquals(header.contains("x.eml"), text.contains("message/global; name=x.eml"));
            assertEquals(1, text.split("message/global", -1).length - 1, text);
            assertTrue(!text.toLowerCase(java.util.Locale.ROOT).contains("message/rfc822"), text);
            assertEquals(1, text.split("Content-Transfer-Encoding: q", -1).length - 1, text);
            assertEquals(inner.stripTrailing(), decoded(converted));
        }
        Content digest =
                message(
                        "MIME-Version: 1.0\nContent-Type: multipart/digest; boundary=b\n\n--b\n\n"
                                + inner.replace("\r\n", "\n")
                                + "--b--\n");
        assertEquals(inner.stripTrailing(), decoded(octets(converted(digest))));
    }

    /** The part that was encoded as a whole; mime4j knows it as text of its own only. */
    private static String decoded(byte[] message) {
        String text = new String(message, StandardCharsets.US_ASCII);
        int header = text.indexOf("Content-Transfer-Encoding: quoted-printable");
        String body =
                text.substring(text.indexOf("\r\n\r\n", header) + 4, text.lastIndexOf("\r\n--b--"));
        return new String(
                TransferEncoding.quotedPrintable(body.getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow()
                        .octets,
                StandardCharsets.UTF_8);
    }

    /** RFC 3464 2.1, RFC 6533 3. */
    @Test
    void reports_beyond_ascii_are_written_in_ascii() throws IOException {
        Content original =
                message(
                        """
                        MIME-Version: 1.0
                        Content-Type: multipart/report; boundary=b; report-type=delivery-status

                        --b
                        Content-Type: message/delivery-status
                        Content-Transfer-Encoding: 8bit

                        Reporting-MTA: dns; mx.example

                        Original-Recipient: rfc822;zoé+a@b.example
                        Final-Recipient: utf-8; zo\\x{E9}à@b.example
                        Diagnostic-Code: smtp; 550 boîte inexistante = 1+1
                        --b--
                        """);
        String text = new String(octets(converted(original)), StandardCharsets.US_ASCII);
        assertTrue(text.contains("Content-Transfer-Encoding: 7bit\r\n\r\nReporting"), text);
        assertTrue(
                text.contains("Original-Recipient: utf-8; zo\\x{E9}\\x{2B}a@b.example\r\n"), text);
        assertTrue(text.contains("Final-Recipient: utf-8; zo\\x{E9}\\x{E0}@b.example\r\n"), text);
        assertTrue(text.contains("550 bo\\x{EE}te inexistante = 1+1\r\n"), text);
    }

    @Test
    void text_that_never_said_what_it_is_says_so_then() throws IOException {
        Content original =
                message("From: a@shop.example\n\nÉté, et une longue phrase en toutes lettres\n");
        String text = new String(octets(converted(original)), StandardCharsets.US_ASCII);
        assertTrue(text.contains("MIME-Version: 1.0\r\n"), text);
        assertTrue(text.contains("Content-Type: text/plain; charset=utf-8\r\n"), text);
        assertTrue(text.contains("\r\n\r\n=C3=89t=C3=A9, et"), text);
    }

    @Test
    void random_newsletters_decode_to_the_same() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[1 + random.nextInt(5000)];
            random.nextBytes(body);
            StringBuilder text = new StringBuilder();
            for (byte octet : body) {
                int kind = octet & 0xff;
                String plain = String.valueOf((char) ((kind & 0x5f) | 0x20));
                text.append(kind < 12 ? "\n" : kind < 90 ? "é " : plain);
            }
            String type = random.nextBoolean() ? "text/plain" : "application/x-thing";
            Content original =
                    message(
                            "MIME-Version: 1.0\nContent-Type: "
                                    + type
                                    + "; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                                    + text
                                    + "\n");
            assertSameForReaders(original, converted(original));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "To: é@a.example\n\nx\n",
                "To: Été <é@a.example>\n\nx\n",
                "To: Été: é@b.example;\n\nx\n",
                "To: a@b.example (Été\n\nx\n",
                "To: Été <a@b.example> <c@d.example>\n\nx\n",
                "Date: Mon, 2 Mär 2026 08:00:00 +0000\n\nx\n",
                "References: <é@a.example> (Été)\n\nx\n",
                "To: \"Été <a@b.example>\n\nx\n",
                "Message-ID: <é@a.example>\n\nx\n",
                "Content-Type: text/é; name=x.txt\n\nx\n",
                "Content-Type: text/plain; name=\"é.txt\n\nx\n",
                "Content-Type: text/plain; name*=utf-8''é.txt\n\nx\n",
                "Content-Type: multipart/mixed; boundary=é\n\n--é\n\nx\n--é--\n",
                "Content-Type: multipart/signed; boundary=b\n\n--b\n\né\n--b\n\nx\n--b--\n",
                "Content-Type: multipart/signed; boundary=b\n\n"
                        + "--b\n"
                        + "Subject: é\n\n"
                        + "x\n"
                        + "--b\n\n"
                        + "x\n"
                        + "--b--\n",
                "Content-Type: multipart/signed; boundary=b\n\n--b\n"
                        + "Content-Type: multipart/mixed; boundary=c\n\né\n--c\n\nx\n--c--\n"
                        + "--b\n\nx\n--b--\n",
                "Content-Type: multipart/signed; boundary=b\n\n--b\n"
                        + "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\né\n"
                        + "--b\n\nx\n--b--\n",
                "Content-Type: multipart/signed; boundary=b\n\n--b\n"
                        + "Content-Type: message/rfc822\n\n\né\n--b\n\nx\n--b--\n",
                "Content-Transfer-Encoding: quoted-printable\n\né =no\n",
                "Content-Transfer-Encoding: x-uuencode\n\né\n",
                "Content-Type: message/partial; id=x; number=1\n\né\n",
                "Content-Type: multipart/mixed; boundary=be\n\n--bé\n--be\n\nx\n--be--\n",
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\né\n"
            })
    void what_cannot_be_converted_says_why(String text) throws IOException {
        assertTrue(
                SevenBit.of(message(text)) instanceof SevenBit.Conversion.Impossible(String why)
                        && !why.isEmpty(),
                text);
    }

    private static final String SIGNED_7BIT =
            """
            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            all of it is ASCII =C3=A9
            --b
            Content-Type: application/pkcs7-signature; name=smime.p7s
            Content-Transfer-Encoding: base64

            MIIB
            --b--
            """;

    /** RFC 1847 2.1: between the delimiters not an octet may change; around them all may. */
    @Test
    void around_what_is_signed_everything_is_encoded_and_nothing_in_it() throws IOException {
        Content original =
                message(
                        "Subject: Été\nMIME-Version: 1.0\n"
                                + "Content-Type: multipart/signed; boundary=b;"
                                + " protocol=\"application/pkcs7-signature\"; micalg=sha-256\n"
                                + "Content-Transfer-Encoding: 8bit\n\n"
                                + "Ceci est un message signé.\n"
                                + SIGNED_7BIT
                                + "Fin du message signé.\n");
        String text = new String(octets(converted(original)), StandardCharsets.US_ASCII);
        assertTrue(text.contains(SIGNED_7BIT.replace("\n", "\r\n")), text);
        assertTrue(text.contains("Subject: =?utf-8?B?w4l0w6k=?=\r\n"), text);
        assertTrue(text.contains("\r\nContent-Transfer-Encoding: 7bit\r\n\r\nCeci"), text);
        assertTrue(text.contains("\r\n\r\nCeci est un message signe.\r\n--b\r\n"), text);
        assertTrue(text.endsWith("--b--\r\nFin du message signe.\r\n"), text);
    }

    @Test
    void a_signature_says_that_it_is_what_stands_in_the_way() throws IOException {
        Content original =
                message(
                        "Content-Type: multipart/signed; boundary=b\n\n"
                                + "--b\n\n"
                                + "é\n"
                                + "--b\n\n"
                                + "x\n"
                                + "--b--\n");
        assertTrue(
                SevenBit.of(original) instanceof SevenBit.Conversion.Impossible(String why)
                        && why.contains("signed"));
    }

    /** The octets of an opaque signature or of a cipher text are no text: base64 carries them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
                "application/pkcs7-mime; smime-type=enveloped-data",
                "application/x-pkcs7-mime",
                "application/pgp-encrypted"
            })
    void opaque_signatures_and_cipher_texts_are_base64(String type) throws IOException {
        Content original =
                message(
                        "MIME-Version: 1.0\nContent-Type: "
                                + type
                                + "\nContent-Transfer-Encoding: binary\n\n0\u0082é\n\u0001é\n");
        assertSameForReaders(original, converted(original));
    }

    @Test
    void reports_and_clear_text_pgp_are_encoded_like_others() throws IOException {
        Content original =
                message(
                        """
                        MIME-Version: 1.0
                        Content-Type: multipart/report; boundary=b; report-type=delivery-status

                        --b
                        Content-Type: text/plain; charset=utf-8

                        Échec
                        --b
                        Content-Type: message/delivery-status

                        Action: failed
                        --b
                        Content-Type: message/global-headers

                        Subject: Été
                        --b
                        Content-Type: text/plain; charset=utf-8

                        -----BEGIN PGP SIGNED MESSAGE-----
                        Été
                        -----BEGIN PGP SIGNATURE-----
                        --b--
                        """);
        Content converted = converted(original);
        byte[] sent = octets(converted);
        assertTrue(Ascii.is(sent, sent.length));
        String text = new String(sent, StandardCharsets.US_ASCII);
        assertTrue(text.contains("\r\nw4ljaGVj\r\n--b\r\n"), text);
        assertTrue(text.contains("global-headers\r\nContent-Transfer-Encoding: quoted"), text);
        assertTrue(text.contains("\r\nSubject: =C3=89t=C3=A9\r\n--b\r\n"), text);
        assertTrue(text.contains("MESSAGE-----\r\n=C3=89t=C3=A9\r\n-----BEGIN"), text);
    }

    /** Octets beyond ASCII in an encoding of 7 bits are somebody's mistake, and readers bear it. */
    @Test
    void parts_that_are_encoded_badly_are_encoded_anew() throws IOException {
        Content original =
                message(
                        """
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary=b

                        --b
                        Content-Type: text/plain; charset=utf-8
                        Content-Transfer-Encoding: quoted-printable

                        =C3=89t=C3=A9 et é, une ligne =
                        longue
                        --b
                        Content-Type: application/x-thing
                        Content-Transfer-Encoding: quoted-printable

                        =00é
                        --b
                        Content-Type: image/gif
                        Content-Transfer-Encoding: base64

                        R0lG\u00a0ODdh
                        --b--
                        """);
        assertSameForReaders(original, converted(original));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attachment; filename=é.txt|é.txt",
                "attachment; filename=\"été à la \\\"plage\\\".pdf\"; size=3|été à la"
                        + " \"plage\".pdf",
                "attachment;"
                        + " filename=\"日本語の長い名前日本語の長い名前日本語の長い名前.pdf\"|日本語の長い名前日本語の長い名前日本語の長い名前.pdf",
                "attachment; filename=\"é.txt\"; filename*=utf-8''%C3%A8.txt|è.txt",
            })
    void names_of_files_read_the_same_as_extended_parameters(String value, String name)
            throws IOException {
        Content original =
                message(
                        "MIME-Version: 1.0\nContent-Type: application/x-thing; name=\"été.x\"\n"
                                + "Content-Disposition: "
                                + value
                                + "\n\nx\n");
        byte[] sent = octets(converted(original));
        String text = new String(sent, StandardCharsets.US_ASCII);
        Message read = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(sent));
        assertEquals(name, read.getFilename(), text);
        assertEquals("application/x-thing", read.getMimeType());
        assertTrue(text.contains("name*=utf-8''%C3%A9t%C3%A9.x\r\n"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 78), text);
    }

    @Test
    void comments_groups_and_keywords_are_encoded_where_they_stand() throws IOException {
        Content original =
                message(
                        """
                        From: a@b.example (Été (la plage)), "c d" <c@d.example> (à)
                        To: Équipe: Zoë <e@f.example>, g@h.example;
                        Received: from x (hôte [192.0.2.1]) by y; Mon, 2 Mar 2026 08:00:00 +0000
                        Keywords: été, plage, à la mer
                        List-Id: Les soldes d'été <soldes.shop.example>
                        X-A-Field-With-A-Very-Long-Name-Indeed-For-A-Field: soldes d'été à la plage

                        x
                        """);
        byte[] sent = octets(converted(original));
        assertTrue(Ascii.is(sent, sent.length));
        assertEncodedLinesAreShort(new String(sent, StandardCharsets.US_ASCII));
        assertEquals(
                "from x (hôte [192.0.2.1]) by y; Mon, 2 Mar 2026 08:00:00 +0000",
                plain(sent, "Received"));
        assertEquals("été, plage, à la mer", plain(sent, "Keywords"));
        assertEquals("Les soldes d'été <soldes.shop.example>", plain(sent, "List-Id"));
        Message read = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(sent));
        assertEquals(
                List.of("a@b.example", "c@d.example"),
                read.getFrom().stream().map(it -> it.getAddress()).toList());
        assertEquals(
                "a@b.example (Été (la plage)), \"c d\" <c@d.example> (à)", plain(sent, "From"));
        String group = ((Group) read.getTo().get(0)).getName();
        assertEquals("Équipe", DecoderUtil.decodeEncodedWords(group, DecodeMonitor.SILENT));
        assertEquals(
                List.of("Zoë <e@f.example>", "null <g@h.example>"),
                read.getTo().flatten().stream()
                        .map(it -> it.getName() + " <" + it.getAddress() + ">")
                        .toList());
    }

    private static String plain(byte[] message, String name) {
        return decoded(message, name).replaceAll("[ \t]+", " ").replace(" ,", ",");
    }

    @Test
    void the_header_alone_is_encoded_for_a_host_that_takes_8_bits_in_bodies() throws IOException {
        Content original =
                message(
                        "Subject: Été\nContent-Type: multipart/signed; boundary=b\n\n"
                                + "--b\nContent-Description: é\n\né\n--b\n\nx\n--b--\n");
        Content headed =
                switch (SevenBit.headerOf(original)) {
                    case SevenBit.Conversion.Converted(Content it) -> it;
                    case SevenBit.Conversion.Impossible(String why) ->
                            throw new AssertionError(why);
                };
        String was = new String(octets(original), StandardCharsets.UTF_8);
        String is = new String(octets(headed), StandardCharsets.UTF_8);
        assertEquals(was.replace("Subject: Été", "Subject: =?utf-8?B?w4l0w6k=?="), is);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Été",
                "  Été  à  la plage",
                "Sale – 50 % off, 日本語の長い件名日本語の長い件名日本語の長い件名日本語の長い件名 end",
                "Re: =?utf-8?q?=C3=A9?= été =?utf-8?q?=C3=A9?= end",
                "=?utf-8?q?=C3=A9?= été",
                "folded\n text été\n\tand more 👩‍👩‍👧",
                "=?not encoded é ?= x"
            })
    void unstructured_fields_read_the_same_in_encoded_words(String value) throws IOException {
        for (String name : List.of("Subject", "Comments", "X-Note")) {
            Content original = message(name + ": " + value + "\nFrom: a@b.example\n\né\n");
            byte[] sent = octets(converted(original));
            assertTrue(Ascii.is(sent, sent.length));
            String raw = new String(sent, StandardCharsets.US_ASCII);
            assertEncodedLinesAreShort(raw);
            String expected =
                    DecoderUtil.decodeEncodedWords(
                            value.replace("\n", "").replace('\t', ' '), DecodeMonitor.SILENT);
            assertEquals(expected.strip(), decoded(sent, name), raw);
        }
    }

    @Test
    void names_before_addresses_read_the_same_in_encoded_words() throws IOException {
        Content original =
                message(
                        """
                        From: Équipe <news@shop.example>
                        To: "Dupont, Été \\"l'ancien\\"" <a@b.example>, plain@b.example,
                         Joe <joe@b.example>, Zoë Ünïcödé of a very long name that needs more than one word ééééééééééééééééé <c@b.example>,
                         =?utf-8?q?Ren=C3=A9?= Été <d@b.example>
                        Subject: x

                        é
                        """);
        byte[] sent = octets(converted(original));
        assertTrue(Ascii.is(sent, sent.length));
        assertEncodedLinesAreShort(new String(sent, StandardCharsets.US_ASCII));
        Message read = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(sent));
        assertEquals("Équipe", read.getFrom().get(0).getName());
        assertEquals(
                List.of(
                        "Dupont, Été \"l'ancien\" <a@b.example>",
                        "null <plain@b.example>",
                        "Joe <joe@b.example>",
                        "Zoë Ünïcödé of a very long name that needs more than one word"
                                + " ééééééééééééééééé <c@b.example>",
                        "René Été <d@b.example>"),
                read.getTo().flatten().stream()
                        .map(it -> it.getName() + " <" + it.getAddress() + ">")
                        .toList());
    }

    @Test
    void fields_of_parts_and_of_messages_within_are_encoded_too() throws IOException {
        Content original =
                message(
                        """
                        Subject: x
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary=b

                        --b
                        Content-Description: Été

                        plain
                        --b
                        Content-Type: message/rfc822

                        Subject: Été
                        X-Note: \u00e0 la plage

                        é
                        --b--
                        """);
        Content converted = converted(original);
        assertSameForReaders(original, converted);
        String text = new String(octets(converted), StandardCharsets.US_ASCII);
        assertTrue(text.contains("Content-Description: =?utf-8?B?w4l0w6k=?=\r\n"), text);
        assertTrue(text.contains("Subject: =?utf-8?B?w4l0w6k=?=\r\n"), text);
    }

    @Test
    void octets_that_are_not_utf_8_are_read_as_latin_1() throws IOException {
        Content original = Content.of(Fixture.latin("Subject: \u00c9t\u00e9\r\n\r\n\u00e9\r\n"));
        assertEquals("Été", decoded(octets(converted(original)), "Subject"));
    }

    private static String decoded(byte[] message, String name) {
        HeaderBlock header = HeaderBlock.of(message);
        return DecoderUtil.decodeEncodedWords(
                header.text(name).orElseThrow(), DecodeMonitor.SILENT);
    }

    private static void assertEncodedLinesAreShort(String message) {
        for (String line : message.split("\r\n", -1)) {
            assertTrue(!line.contains("=?utf-8?B?") || line.length() <= 76, line);
        }
    }

    @Test
    void the_copy_is_signed_behind_the_conversion() throws Exception {
        DkimKey key =
                DkimKey.of(
                        new Domain("shop.example"),
                        "s1",
                        DkimKey.generate(DkimAlgorithm.RSA, new SecureRandom()));
        Content original = message("From: a@shop.example\nSubject: x\n\nÉté\n");
        MimeMap map = MimeMap.of(original);
        assertTrue(map.isEightBit());
        RecipientCopy recipientCopy =
                Fixture.copy(Tracking.OFF, Optional.empty(), new DkimSigner(List.of(key)));
        Content converted =
                switch (Rendering.sevenBit(original, map, recipientCopy)) {
                    case SevenBit.Conversion.Converted(Content it) -> it;
                    case SevenBit.Conversion.Impossible(String why) ->
                            throw new AssertionError(why);
                };
        byte[] sent =
                octets(Rendering.render(converted, MimeMap.of(converted), recipientCopy).content());
        assertTrue(Ascii.is(sent, sent.length));
        DKIMVerifier verifier = new DKIMVerifier((_, _, _) -> List.of(key.dnsRecord()));
        assertEquals(1, verifier.verify(new ByteArrayInputStream(sent)).size());
    }

    @Test
    void a_signature_of_somebody_else_forbids_it() throws IOException {
        Content original =
                message(
                        "DKIM-Signature: v=1; d=other.example; s=x; b=x\n"
                                + "From: a@other.example\n\n"
                                + "é\n");
        MimeMap map = MimeMap.of(original);
        assertTrue(
                Rendering.sevenBit(original, map, Fixture.copy(Tracking.OFF))
                        instanceof SevenBit.Conversion.Impossible);
    }
}
