package facteur.message.render;

import facteur.message.mime.SevenBit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A random MIME message that knows of each piece of itself whether it may be written otherwise:
 * multiparts of all kinds within one another, signed ones and messages among them, raw octets in
 * fields, bodies, preambles and epilogues.
 */
final class Tree {
    /**
     * Some octets of the message.
     *
     * @param free whether a conversion to 7 bits may write them otherwise
     * @param html whether links in them may be replaced, and a pixel be put
     */
    record Piece(String text, boolean free, boolean html) {
        /** Whether it names an encoding, or a name of one may be put there. */
        boolean isLabel() {
            return free && (text.isEmpty() || text.startsWith("Content-Transfer-Encoding: "));
        }

        boolean isAscii() {
            return text.chars().allMatch(c -> c < 0x80);
        }
    }

    private static final List<String> KINDS =
            List.of("mixed", "alternative", "related", "report", "digest", "signed");
    private static final List<String> WORDS =
            Stream.concat(
                            Stream.of("summer", "été", "sale", "à la plage", "日本", "--", "=", ".")
                                    .map(word -> word.getBytes(StandardCharsets.UTF_8))
                                    .map(Fixture::latin),
                            // The last is Latin-1 itself.
                            Stream.of(
                                    "=3D",
                                    "From us",
                                    " ",
                                    "\t",
                                    "x".repeat(120),
                                    "=?utf-8?q?=C3=A9?=",
                                    "caf\u00e9"))
                    .toList();

    final List<Piece> pieces = new ArrayList<>();
    private final Random random;
    private int boundaries;
    private int signed;
    boolean eightBitSigned;

    /** With octets as characters of Latin-1. */
    Tree(Random random) {
        this.random = random;
        keep("From: Shop <news@shop.example>\r\nTo: reader@mail.example\r\n");
        free("Subject: " + words(3) + "\r\n");
        keep("MIME-Version: 1.0\r\n");
        part(0, false);
    }

    byte[] octets() {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.text()));
        return Fixture.latin(text.toString());
    }

    private void keep(String text) {
        pieces.add(new Piece(text, false, false));
    }

    private void free(String text) {
        boolean may = signed == 0;
        pieces.add(new Piece(text, may, false));
        eightBitSigned |= !may && !pieces.getLast().isAscii();
    }

    /** Header fields from the type on, and the body. */
    private void part(int depth, boolean mustBePart) {
        int kind = random.nextInt(mustBePart ? 10 : 12);
        if (depth < 4 && kind < 4) {
            multipart(depth);
        } else if (depth > 0 && depth < 4 && kind == 4) {
            message(depth);
        } else if (kind < 7) {
            html();
        } else {
            leaf();
        }
    }

    private void multipart(int depth) {
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        String boundary = "b" + boundaries++ + "_" + random.nextInt(1000);
        keep("Content-Type: multipart/" + kind + ";\r\n boundary=\"" + boundary + "\"\r\n");
        label("8bit");
        keep("\r\n");
        if (random.nextInt(3) == 0) {
            free(line());
        }
        int parts = kind.equals("signed") ? 2 : 1 + random.nextInt(3);
        for (int i = 0; i < parts; i++) {
            keep("--" + boundary + "\r\n");
            signed += kind.equals("signed") && i == 0 ? 1 : 0;
            fields();
            if (kind.equals("signed") && i == 1) {
                keep("Content-Type: application/pkcs7-signature\r\n");
                body("application", true);
            } else {
                part(depth + 1, true);
            }
            signed -= kind.equals("signed") && i == 0 ? 1 : 0;
            keep("\r\n");
        }
        keep("--" + boundary + "--\r\n");
        if (random.nextInt(3) == 0) {
            free(line());
        }
    }

    private void fields() {
        if (random.nextInt(3) == 0) {
            free("Content-Description: " + words(2) + "\r\n");
        }
        if (random.nextInt(3) == 0) {
            free("Content-Disposition: attachment; filename=\"" + name() + "\"\r\n");
        }
    }

    private String name() {
        return words(2).replace("\t", "").replace("\"", "") + ".pdf";
    }

    private void message(int depth) {
        keep("Content-Type: message/rfc822\r\n");
        label("8bit");
        keep("\r\n");
        free("Subject: " + words(2) + "\r\n");
        keep("MIME-Version: 1.0\r\n");
        part(depth + 1, false);
    }

    private void html() {
        keep("Content-Type: text/html; charset=utf-8\r\n");
        StringBuilder html = new StringBuilder("<html><body>\r\n");
        for (int i = random.nextInt(4); i >= 0; i--) {
            html.append("<p>")
                    .append(words(3).replace("<", ""))
                    .append("</p>\r\n<a href=\"https://shop.example/")
                    .append(random.nextInt(100))
                    .append("\">x</a>\r\n");
        }
        encoded(html.append("</body></html>").toString(), true);
    }

    private void leaf() {
        boolean text = random.nextBoolean();
        keep(
                "Content-Type: "
                        + (text ? "text/plain; charset=utf-8" : "application/x-thing")
                        + "\r\n");
        body(text ? "text" : "application", false);
    }

    private void body(String kind, boolean ascii) {
        StringBuilder body = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            body.append(ascii ? "plain" : line().stripTrailing()).append(i == 0 ? "" : "\r\n");
        }
        if (kind.equals("text")) {
            encoded(body.toString(), false);
        } else {
            label("binary");
            keep("\r\n");
            free(body.toString());
        }
    }

    private void encoded(String text, boolean html) {
        byte[] octets = Fixture.latin(text);
        switch (random.nextInt(4)) {
            case 0 -> {
                keep("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
                written(Fixture.latin(SevenBit.quotedPrintable(octets)), html);
            }
            case 1 -> {
                keep("Content-Transfer-Encoding: base64\r\n\r\n");
                written(Base64.getMimeEncoder().encodeToString(octets), html);
            }
            default -> {
                label("8bit");
                keep("\r\n");
                written(text, html);
            }
        }
    }

    private void written(String text, boolean html) {
        boolean may = signed == 0;
        pieces.add(new Piece(text, may, html));
        eightBitSigned |= !may && !pieces.getLast().isAscii();
    }

    /** The name of an encoding, which a conversion may say otherwise or add. */
    private void label(String encoding) {
        String field = "Content-Transfer-Encoding: " + encoding + "\r\n";
        pieces.add(new Piece(random.nextInt(3) == 0 ? "" : field, signed == 0, false));
    }

    private String line() {
        return words(1 + random.nextInt(6)) + "\r\n";
    }

    private String words(int count) {
        StringBuilder words = new StringBuilder("w");
        for (int i = 0; i < count; i++) {
            words.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return words.append(" w").toString();
    }
}
