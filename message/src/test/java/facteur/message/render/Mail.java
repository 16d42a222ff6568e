package facteur.message.render;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Builds whole messages of every shape from one HTML text; written without the code under test. */
final class Mail {
    private static final List<String> CHARSETS =
            List.of(
                    "utf-8",
                    "UTF-8",
                    "iso-8859-1",
                    "ISO-8859-15",
                    "windows-1252",
                    "us-ascii",
                    "utf-16",
                    "UTF-16LE",
                    "utf-16be",
                    "iso-2022-jp",
                    "shift_jis",
                    "koi8-r",
                    "gb18030");

    private final Random random;

    Mail(Random random) {
        this.random = random;
    }

    byte[] around(String html) {
        String charset = pick(CHARSETS);
        String encoding = encoding(charset);
        byte[] part =
                part("text/html; charset=" + quoted(charset), encoding, encode(html, charset));
        return Fixture.latin(header() + Fixture.latin(wrap(part)));
    }

    private String header() {
        List<String> fields = new ArrayList<>();
        fields.add("From: =?utf-8?q?La_Boutique?= <news@shop.example>");
        fields.add("To: Reader <reader@mail.example>,\r\n\tother@mail.example");
        fields.add("Subject: =?UTF-8?B?w4l0w6kgMjAyNg==?= and\r\n more");
        fields.add("Date: Tue, 24 Nov 2026 10:00:00 +0000");
        fields.add("Message-ID: <" + random.nextInt(1 << 30) + "@shop.example>");
        fields.add("MIME-Version: 1.0");
        if (random.nextInt(3) == 0) {
            fields.add("X-Campaign: autumn");
            fields.add("X-PM-Metadata-color: red");
        }
        return String.join("\r\n", fields) + "\r\n";
    }

    /** Puts the HTML part into one of the structures that mail programs make. */
    private byte[] wrap(byte[] html) {
        byte[] plain =
                part(
                        "text/plain; charset=utf-8",
                        "8bit",
                        utf8("Bonjour é\r\nhttps://a.example/\r\n"));
        byte[] image = part("image/png; name=\"a;b.png\"", "base64", noise(2000));
        byte[] attached =
                part(
                        lines(
                                "text/html; charset=utf-8",
                                "Content-Disposition: attachment;",
                                " filename=x.html"),
                        "7bit",
                        utf8("<a href=\"https://left.example/\">alone</a>"));
        byte[] forwarded =
                part(
                        "message/rfc822",
                        "7bit",
                        utf8(
                                lines(
                                        "Content-Type: text/html",
                                        "",
                                        "<a href=\"https://left.example/\">x</a>",
                                        "")));
        byte[] amp =
                part("text/x-amp-html", "7bit", utf8("<a href=\"https://left.example/\">x</a>"));
        return switch (random.nextInt(7)) {
            case 0 -> html;
            case 1 -> multipart("alternative", plain, html);
            case 2 -> multipart("alternative", plain, amp, html);
            case 3 -> multipart("mixed", multipart("alternative", plain, html), image, attached);
            case 4 -> multipart("related; type=\"text/html\"", html, image);
            case 5 ->
                    multipart(
                            "mixed",
                            multipart("alternative", plain, multipart("related", html, image)),
                            forwarded);
            default -> multipart("mixed", html, attached, forwarded, image);
        };
    }

    private byte[] multipart(String type, byte[]... parts) {
        String boundary =
                "=_"
                        + Long.toHexString(random.nextLong())
                        + pick(List.of("", " x", "'()+_,-./:=?"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                utf8(
                        "Content-Type: multipart/"
                                + type
                                + ";\r\n\tboundary=\""
                                + boundary
                                + "\"\r\n\r\n"));
        out.writeBytes(utf8(pick(List.of("", "This is a multi-part message.\r\n\r\n"))));
        for (byte[] part : parts) {
            out.writeBytes(utf8("--" + boundary + pick(List.of("", "", " \t")) + "\r\n"));
            out.writeBytes(part);
            out.writeBytes(utf8("\r\n"));
        }
        out.writeBytes(
                utf8("--" + boundary + "--" + pick(List.of("", "\r\n", "\r\nepilogue\r\n"))));
        return out.toByteArray();
    }

    private byte[] part(String type, String encoding, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                utf8("Content-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding));
        out.writeBytes(utf8("\r\n\r\n"));
        switch (encoding.toLowerCase(Locale.ROOT)) {
            case "base64" -> out.writeBytes(base64(body));
            case "quoted-printable" -> out.writeBytes(quotedPrintable(body));
            default -> out.writeBytes(body);
        }
        return out.toByteArray();
    }

    private String encoding(String charset) {
        if (charset.toLowerCase(Locale.ROOT).startsWith("utf-16")) {
            return pick(List.of("base64", "quoted-printable"));
        }
        return switch (charset) {
            case "us-ascii", "iso-2022-jp" ->
                    pick(List.of("7bit", "7BIT", "base64", "quoted-printable"));
            default -> pick(List.of("8bit", "base64", "Base64", "quoted-printable"));
        };
    }

    private byte[] base64(byte[] body) {
        int width = pick(List.of(76, 76, 76, 72, 60, 64));
        byte[] text = Base64.getMimeEncoder(width, new byte[] {'\r', '\n'}).encode(body);
        return random.nextBoolean() ? text : Fixture.latin(Fixture.latin(text) + "\r\n");
    }

    private byte[] quotedPrintable(byte[] body) {
        StringBuilder out = new StringBuilder();
        int column = 0;
        boolean lower = random.nextInt(4) == 0;
        for (int i = 0; i < body.length; i++) {
            int octet = body[i] & 0xff;
            if (octet == '\r' && i + 1 < body.length && body[i + 1] == '\n') {
                out.append("\r\n");
                column = 0;
                i++;
                continue;
            }
            boolean literal = octet >= 32 && octet < 127 && octet != '=';
            String unit =
                    literal
                            ? String.valueOf((char) octet)
                            : (lower ? "=%02x" : "=%02X").formatted(octet);
            if (column + unit.length() > 75) {
                out.append("=\r\n");
                column = 0;
            }
            out.append(unit);
            column += unit.length();
        }
        return Fixture.latin(out.toString());
    }

    private static byte[] encode(String html, String charset) {
        return html.getBytes(Charset.forName(charset));
    }

    private String quoted(String charset) {
        return random.nextBoolean() ? charset : "\"" + charset + "\"";
    }

    private byte[] noise(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
