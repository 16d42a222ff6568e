package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.AsciiView;
import facteur.message.html.HtmlLinks;
import facteur.message.html.HtmlScanner;
import facteur.message.html.LinkRules;
import facteur.message.html.LinkTargets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Prints rates of one thread. Run with {@code -Dtest=RenderingBench -Dtest.excludedGroups=none}.
 */
@Tag("bench")
class RenderingBench {
    private static final long ROUND_NANOS = 2_000_000_000L;
    private static final int ROUNDS = 4;
    private static final int SIZE = 50 * 1024;
    private static final int LINKS = 30;

    private interface Work {
        void run() throws IOException;
    }

    @Test
    void copies() throws IOException {
        for (String encoding : List.of("8bit", "quoted-printable", "base64")) {
            byte[] message = newsletter(encoding);
            Content content = Content.of(message);
            MimeMap map = MimeMap.of(content);
            RecipientCopy recipientCopy =
                    Fixture.copy(Tracking.FULL, Optional.of("bench"), DkimSigner.NONE);
            assertTrue(Rendering.render(content, map, recipientCopy).links() == LINKS);
            rate(
                    "map, render and read, " + encoding,
                    () ->
                            read(
                                    Rendering.render(content, MimeMap.of(content), recipientCopy)
                                            .content()));
            rate(
                    "render and read, " + encoding,
                    () -> read(Rendering.render(content, map, recipientCopy).content()));
        }
    }

    @Test
    void signatures() throws IOException {
        Content content = Content.of(newsletter("quoted-printable"));
        MimeMap map = MimeMap.of(content);
        for (List<DkimAlgorithm> algorithms :
                List.of(
                        List.of(DkimAlgorithm.RSA),
                        List.of(DkimAlgorithm.ED25519),
                        List.of(DkimAlgorithm.RSA, DkimAlgorithm.ED25519))) {
            DkimSigner signer =
                    new DkimSigner(algorithms.stream().map(RenderingBench::key).toList());
            RecipientCopy recipientCopy = Fixture.copy(Tracking.FULL, Optional.of("bench"), signer);
            rate(
                    "render, sign " + algorithms + " and read",
                    () -> read(Rendering.render(content, map, recipientCopy).content()));
        }
    }

    @Test
    void hostile() throws IOException {
        for (String unit :
                List.of(
                        "<",
                        "<a ",
                        "<!--",
                        "<!--[if x]>",
                        "<script>",
                        "</script",
                        "<a href=\"&",
                        "{{",
                        "<a x='")) {
            StringBuilder figures = new StringBuilder();
            for (int mebibytes = 1; mebibytes <= 10; mebibytes += 3) {
                byte[] html =
                        unit.repeat(mebibytes * 1024 * 1024 / unit.length())
                                .getBytes(StandardCharsets.US_ASCII);
                long start = processorNanos();
                AsciiView view = AsciiView.of(html, Optional.empty()).orElseThrow();
                HtmlLinks links = new HtmlLinks(view, LinkRules.DEFAULT, new LinkTargets(Set.of()));
                new HtmlScanner(html, links).scan();
                figures.append(
                        " %d MiB %d ms"
                                .formatted(mebibytes, (processorNanos() - start) / 1_000_000));
            }
            System.out.println("hostile " + unit + ":" + figures);
        }
    }

    private static void rate(String what, Work work) throws IOException {
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = processorNanos();
            int count = 0;
            while (processorNanos() - start < ROUND_NANOS) {
                work.run();
                count++;
            }
            best = Math.max(best, count * 1e9 / (processorNanos() - start));
        }
        System.out.printf("%-55s %8.0f/s%n", what, best);
    }

    /** What this thread used, so that other work on the machine does not count. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void read(Content content) throws IOException {
        byte[] chunk = new byte[16 * 1024];
        try (InputStream in = content.open()) {
            while (in.read(chunk) > 0) {
                // only read
            }
        }
    }

    private static DkimKey key(DkimAlgorithm algorithm) {
        String pem = DkimKey.generate(algorithm, new SecureRandom());
        return DkimKey.of(new Domain("shop.example"), "s1", pem);
    }

    private static byte[] newsletter(String encoding) {
        StringBuilder html = new StringBuilder("<!DOCTYPE html><html><body>\r\n");
        int link = 0;
        while (html.length() < SIZE) {
            html.append(
                    "<table><tr><td style='color:#333'>Some words of a newsletter &amp;"
                            + " more</td></tr></table>\r\n");
            if (link < LINKS && html.length() > link * (SIZE / LINKS)) {
                html.append("<a class=\"b\" href=\"https://shop.example/p/").append(link++);
                html.append(
                        "?utm_source=news&amp;utm_medium=email&amp;utm_campaign=autumn\">look</a>\r\n");
            }
        }
        byte[] text = html.append("</body></html>\r\n").toString().getBytes(StandardCharsets.UTF_8);
        String body =
                switch (encoding) {
                    case "base64" -> Fixture.latin(Base64.getMimeEncoder().encode(text));
                    case "8bit" -> Fixture.latin(text);
                    default ->
                            Fixture.latin(text)
                                    .replace("=", "=3D")
                                    .replaceAll("([^\r\n]{70})(?=[^=]{4})", "$1=\r\n");
                };
        String head =
                String.join(
                        "\r\n",
                        "From: news@shop.example",
                        "To: reader@mail.example",
                        "Subject: bench",
                        "Content-Type: text/html; charset=utf-8",
                        "Content-Transfer-Encoding: " + encoding,
                        "",
                        "");
        return Fixture.latin(head + body);
    }
}
