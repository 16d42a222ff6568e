package facteur.mta.smtpd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** However the octets of a talk are cut up on their way, the framer finds the same in them. */
class FramerTest {
    /** Writes down what was found; a line {@code DATA} begins content. */
    private static final class Notes implements Framer.Sink {
        final StringBuilder found = new StringBuilder();
        final Framer framer = new Framer(this);
        private final StringBuilder content = new StringBuilder();

        @Override
        public void line(byte[] line) {
            String text = new String(line, StandardCharsets.ISO_8859_1);
            found.append("line ").append(text).append('\n');
            if (text.equals("DATA")) {
                framer.beginContent();
            }
        }

        @Override
        public void content(byte[] octets, int length) {
            content.append(new String(octets, 0, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void endOfContent(boolean tooLong) {
            found.append(tooLong ? "long " : "content ").append(content).append('\n');
            content.setLength(0);
        }

        @Override
        public void violated(Framer.Violation violation) {
            found.append(violation);
        }

        Notes take(byte[] octets, int from, int to) {
            ByteBuffer buffer = ByteBuffer.wrap(octets, from, to - from);
            while (buffer.hasRemaining()) {
                framer.feed(buffer);
            }
            return this;
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String whole(byte[] octets) {
        return new Notes().take(octets, 0, octets.length).found.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOOP\r\nDATA\r\na\r\n..b\r\n.\r\nQUIT\r\n",
                "DATA\r\n.\r\nDATA\r\n..\r\n.\r\n",
                "DATA\r\n.a\r\n\r\n.\r\nx\r\n",
                "DATA\r\na\n.\nMAIL\r\n",
                "DATA\r\na\r\n.\rb\r\n.\r\n",
                "DATA\r\na\r.\r\n",
                "DATA\r\na\r\r\n.\r\n",
                "NOOP\nNOOP\r\n",
                "NO\rOP\r\n",
                "NO\0OP\r\n",
                "\r\n\r\n",
                "DATA\r\na\0b\u00ff\r\n.\r\n"
            })
    void every_cut_finds_the_same(String talk) {
        byte[] octets = octets(talk);
        String wanted = whole(octets);
        Notes single = new Notes();
        for (int i = 0; i < octets.length; i++) {
            single.take(octets, i, i + 1);
        }
        assertEquals(wanted, single.found.toString(), "octet by octet");
        for (int first = 0; first <= octets.length; first++) {
            for (int second = first; second <= octets.length; second++) {
                Notes cut = new Notes();
                cut.take(octets, 0, first).take(octets, first, second);
                cut.take(octets, second, octets.length);
                assertEquals(wanted, cut.found.toString(), "cut at " + first + " and " + second);
            }
        }
    }

    @Test
    void dots_are_unstuffed_and_only_crlf_dot_crlf_ends() {
        assertEquals(
                "line DATA\ncontent a\r\n.b\r\n.\r\n\nline QUIT\n",
                whole(octets("DATA\r\na\r\n..b\r\n..\r\n.\r\nQUIT\r\n")));
    }

    @Test
    void a_line_of_1000_octets_is_the_longest() {
        String longest = "x".repeat(998) + "\r\n";
        assertEquals(
                "line DATA\ncontent " + longest + "\n",
                whole(octets("DATA\r\n" + longest + ".\r\n")));
        assertEquals(
                "line DATA\nlong x" + longest + "\n",
                whole(octets("DATA\r\nx" + longest + ".\r\n")));
    }

    @Test
    void a_command_of_12288_octets_is_the_longest() {
        String longest = "x".repeat(Framer.MAX_COMMAND - 2);
        assertEquals("line " + longest + "\n", whole(octets(longest + "\r\n")));
        assertEquals("COMMAND_TOO_LONG", whole(octets("xx" + longest + "\r\n")));
    }

    @Test
    void nothing_is_found_after_a_violation() {
        assertEquals("BARE_LF", whole(octets("a\nNOOP\r\nDATA\r\n.\r\n")));
    }

    /** Compares with a strict reading of the whole, written the naive way. */
    @Test
    void random_talks_of_the_octets_that_matter_never_end_a_message_but_by_crlf_dot_crlf() {
        long seed = 20260302;
        Random random = new Random(seed);
        for (int run = 0; run < 200_000; run++) {
            StringBuilder body = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                body.append("\r\n.x".charAt(random.nextInt(4)));
            }
            String sent = body.toString();
            assertEquals(naive(sent), whole(octets("DATA\r\n" + sent)), "seed " + seed + " " + run);
        }
    }

    private static String naive(String sent) {
        String all = "\r\n" + sent;
        int end = all.indexOf("\r\n.\r\n");
        String content = end < 0 ? all : all.substring(0, end + 2);
        String violation = firstViolation(content);
        if (!violation.isEmpty()) {
            return "line DATA\n" + violation;
        }
        if (end < 0) {
            return "line DATA\n";
        }
        String taken = content.replace("\r\n.", "\r\n").substring(2);
        return "line DATA\ncontent " + taken + "\n" + whole(octets(all.substring(end + 5)));
    }

    private static String firstViolation(String content) {
        for (int i = 0; i < content.length(); i++) {
            boolean cr = content.charAt(i) == '\r';
            boolean lf = content.charAt(i) == '\n';
            if (lf && (i == 0 || content.charAt(i - 1) != '\r')) {
                return "BARE_LF";
            }
            if (cr && i + 1 < content.length() && content.charAt(i + 1) != '\n') {
                return "BARE_CR";
            }
        }
        return "";
    }
}
