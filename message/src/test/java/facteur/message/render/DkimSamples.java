package facteur.message.render;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Messages with everything that canonicalization may stumble over. By seed. */
final class DkimSamples {
    private static final List<String> FROM =
            List.of(
                    "From: news@shop.example",
                    "from:News <news@shop.example>",
                    "FROM: \"La, Boutique\" <news@SHOP.example>",
                    "From: =?utf-8?q?Caf=C3=A9?=\r\n <news@shop.example>",
                    "From:\tnews@deals.shop.example (Deals)",
                    "From: Équipe <équipe@shop.example>");
    private static final List<String> SUBJECT =
            List.of(
                    "Subject: plain",
                    "Subject:  two  spaces \t and tabs\t ",
                    "Subject:",
                    "Subject: ",
                    "subject: folded\r\n\there\r\n  and there",
                    "SUBJECT: très français, UTF-8 tel quel",
                    "Subject: =?utf-8?b?w6nDqQ==?=",
                    "Subject: " + "long ".repeat(150));
    private static final List<String> BODY =
            List.of(
                    "",
                    "\r\n",
                    "\r\n\r\n\r\n",
                    "one line without an end",
                    "one line\r\n",
                    "trailing blanks   \r\nand tabs\t\t\r\n",
                    "a  b\t\tc \t d\r\n",
                    "text\r\n\r\n\r\n\r\n",
                    "text\r\n   \r\n\t\r\n",
                    "   \r\n",
                    " leading\r\n\tleading\r\n",
                    "été – 8 bit\r\n",
                    ".\r\n..\r\n.dots\r\n",
                    "From the start\r\n>From quoted\r\n",
                    "\r\n\r\nbegins with empty lines\r\n",
                    "x".repeat(990) + "\r\n" + "y".repeat(998) + "\r\n");

    private final Random random;

    DkimSamples(Random random) {
        this.random = random;
    }

    byte[] message(int seed) {
        if (seed % 3 == 0) {
            return new Mail(random).around(Newsletter.make(random));
        }
        StringBuilder out = new StringBuilder();
        out.append(
                "Received: from a (b [192.0.2.1])\r\n\tby c; Tue, 24 Nov 2026 10:00:00 +0000\r\n");
        line(out, pick(FROM));
        line(out, pick(SUBJECT));
        line(
                out,
                pick(
                        List.of(
                                "To: a@mail.example",
                                "To: a@mail.example,\r\n b@mail.example",
                                "X-To: none")));
        line(out, pick(List.of("Date: Tue, 24 Nov 2026 10:00:00 +0000", "X-Date: none")));
        line(
                out,
                pick(List.of("Message-ID: <x@shop.example>", "Message-Id:\r\n <x@shop.example>")));
        line(
                out,
                pick(
                        List.of(
                                "Cc: c@mail.example",
                                "Reply-To: d@shop.example",
                                "X-Empty:",
                                "X-Blank: \t ")));
        line(
                out,
                pick(
                        List.of(
                                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8",
                                "X-Plain: 1")));
        if (random.nextInt(4) == 0) {
            line(out, "List-Unsubscribe: <https://shop.example/u>,\r\n <mailto:u@shop.example>");
        }
        if (random.nextInt(4) == 0) {
            line(out, "List-Id: Shop <news.shop.example>");
        }
        return (out + "\r\n" + body()).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] big(int octets) {
        String line = "A line of  text with \t blanks, again and again.  \r\n";
        return ("From: news@shop.example\r\nSubject: big\r\n\r\n"
                        + line.repeat(octets / line.length()))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private String body() {
        StringBuilder out = new StringBuilder();
        int pieces = random.nextInt(4);
        for (int i = 0; i < pieces; i++) {
            String piece = pick(BODY);
            out.append(piece).append(piece.endsWith("\r\n") ? "" : "\r\n");
        }
        return out + pick(BODY);
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append("\r\n");
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
