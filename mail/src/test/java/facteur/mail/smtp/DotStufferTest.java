package facteur.mail.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Lines that begin with dots, in pieces that break anywhere. */
class DotStufferTest {
    private static final List<String> TOKENS = List.of(".", "\r\n", "x", ".");

    @Test
    void every_line_that_begins_with_a_dot_gets_one_more_wherever_pieces_end() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            StringBuilder content = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                content.append(TOKENS.get(random.nextInt(TOKENS.size())));
            }
            String text = content.toString();
            String ended = text.endsWith("\r\n") || text.isEmpty() ? text : text + "\r\n";
            String expected = ("\r\n" + ended).replace("\r\n.", "\r\n..").substring(2) + ".\r\n";
            assertEquals(expected, stuffed(text, random), text);
        }
    }

    private static String stuffed(String text, Random random) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(DotStuffer.room(octets.length) + 5);
        DotStuffer stuffer = new DotStuffer();
        int at = 0;
        while (at < octets.length) {
            int length = random.nextInt(octets.length - at + 1);
            stuffer.stuff(Arrays.copyOfRange(octets, at, at + length), length, out);
            at += length;
        }
        stuffer.end(out);
        return new String(out.array(), 0, out.position(), StandardCharsets.US_ASCII);
    }
}
