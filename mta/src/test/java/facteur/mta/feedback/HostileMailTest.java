package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.Samples;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

@DisplayName("Mail from strangers who mean ill")
class HostileMailTest {
    private static final int MIB = 1 << 20;
    private static final String REPORT = "Content-Type: message/delivery-status\n\n";
    private static final String MULTIPART =
            lines("Content-Type: multipart/report; boundary=x", "", "--x", REPORT);
    private static final List<String> HEADS =
            List.of(
                    "",
                    lines(
                            "From: mailer-daemon@x.example",
                            "Subject: failure notice",
                            "",
                            "Hi.",
                            "",
                            ""),
                    "Subject: ",
                    lines("From: postmaster@x.example", "Content-Type: text/html", "", ""),
                    MULTIPART,
                    MULTIPART
                            + lines(
                                    "Reporting-MTA: x",
                                    "",
                                    "Final-Recipient: rfc822; a@b.c",
                                    "Action: failed",
                                    "Diagnostic-Code: "));

    private final ReturnedMailReader reader =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));

    private static String lines(String... lines) {
        return String.join("\n", lines);
    }

    @Test
    @DisplayName("Damaged samples are read as something, in no time")
    void damaged() throws IOException {
        damage(20);
    }

    @Test
    @Tag("long")
    @DisplayName("Many more damaged samples are read as something, in no time")
    void damagedForLong() throws IOException {
        damage(3000);
    }

    private void damage(int times) throws IOException {
        for (String name : names()) {
            byte[] sample = Samples.bytes(name);
            for (int seed = 0; seed < times; seed++) {
                byte[] mail = damaged(sample, new SplittableRandom(seed));
                String which = name + " seed " + seed;
                assertTimeoutPreemptively(Duration.ofSeconds(5), () -> reader.read(mail), which);
            }
        }
    }

    /** The real reports and complaints. */
    static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Map<String, String> row : Samples.table("dsn.tsv")) {
            names.add("dsn/" + row.get("file"));
        }
        for (Map<String, String> row : Samples.table("arf.tsv")) {
            names.add("arf/" + row.get("file"));
        }
        return names;
    }

    /** Cuts, repeats, swaps and scribbles. */
    private static byte[] damaged(byte[] sample, SplittableRandom chance) {
        byte[] mail = sample.clone();
        for (int i = chance.nextInt(1, 20); i > 0; i--) {
            int at = chance.nextInt(mail.length);
            int length = Math.min(chance.nextInt(1, 200), mail.length - at);
            switch (chance.nextInt(5)) {
                case 0 -> mail[at] = (byte) chance.nextInt(256);
                case 1 ->
                        System.arraycopy(
                                mail, chance.nextInt(mail.length - length + 1), mail, at, length);
                case 2 -> mail = spliced(mail, at, length, new byte[0]);
                case 3 -> mail = spliced(mail, at, 0, noise(chance, length));
                default -> mail = spliced(mail, at, length, interesting(chance));
            }
            if (mail.length == 0) {
                return sample;
            }
        }
        return mail;
    }

    private static byte[] noise(SplittableRandom chance, int length) {
        byte[] noise = new byte[length];
        chance.nextBytes(noise);
        return noise;
    }

    private static byte[] interesting(SplittableRandom chance) {
        List<String> words =
                List.of(
                        "\r\n\r\n",
                        "\n",
                        "--",
                        "<",
                        ">",
                        "@",
                        ";",
                        ":",
                        "=?utf-8?B?",
                        "?=",
                        "\0",
                        "Content-Type: multipart/mixed; boundary=x\n\n",
                        "Content-Type: message/delivery-status\n\n",
                        "Final-Recipient: rfc822; ",
                        "Action: failed\n",
                        "Status: 5.",
                        "Diagnostic-Code: smtp; 550 ",
                        "Content-Transfer-Encoding: base64\n",
                        "charset=utf-7",
                        "From x 1:2:3\n",
                        "<<< 550 ");
        return words.get(chance.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] mail, int at, int cut, byte[] put) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(mail, 0, at);
        out.writeBytes(put);
        out.write(mail, at + cut, mail.length - at - cut);
        return out.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("things")
    @DisplayName("A megabyte of one thing over and over is done in seconds")
    void repeated(String thing) {
        for (byte[] mail : megabytesOf(thing)) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> reader.read(mail), thing);
        }
    }

    /** What is said over and over. */
    static List<String> things() {
        return List.of(
                "@",
                "a@b ",
                "<a@b>: 550 no\n",
                "<",
                "=?",
                "=?a?b?",
                "\n",
                "a: b\n",
                "a",
                "From a 1:1:1\n\n",
                "<<< 550 x\n\n",
                "550 5.1.1 user unknown\n\n",
                "&amp;",
                "<p>",
                "recipient to a@b.c failed\n",
                "\u0301",
                "--x\n",
                " \n");
    }

    /** A megabyte of a thing, behind each of the heads. */
    static List<byte[]> megabytesOf(String thing) {
        int length = thing.getBytes(StandardCharsets.UTF_8).length;
        String body = thing.repeat(MIB / length);
        return HEADS.stream().map(h -> (h + body).getBytes(StandardCharsets.UTF_8)).toList();
    }

    @Test
    @DisplayName("Each of these megabytes is read where four megabytes of memory are left")
    void fourfold() throws Exception {
        assertEquals("", TightHeap.run(4 * MIB), "what ran out of memory");
    }

    @Test
    @DisplayName("Parts within parts without end are left at some depth")
    void nested() {
        StringBuilder mail = new StringBuilder("Content-Type: multipart/mixed; boundary=b0\n\n");
        for (int i = 0; i < 20_000; i++) {
            mail.append(
                    "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n".formatted(i, i + 1));
        }
        byte[] octets = mail.toString().getBytes(StandardCharsets.UTF_8);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> reader.read(octets));
    }

    @Test
    @DisplayName("Twenty MiB cost no more memory than the one MiB that is looked at")
    void memory() {
        byte[] mail =
                ("From: mailer-daemon@x.example\n"
                                + "Subject: failure notice\n\n"
                                + "<a@b.example>:\n"
                                + "550 no such user\n\n"
                                + "All work and no play makes Jack a dull boy.\n".repeat(500_000))
                        .getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        reader.read(mail);
        long before = threads.getCurrentThreadAllocatedBytes();
        ReturnedMail read = reader.read(mail);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(read.kind() == ReturnKind.FAILURE, read::toString);
        assertTrue(allocated < 4L * mail.length, "allocated " + allocated + " for " + mail.length);
    }
}
