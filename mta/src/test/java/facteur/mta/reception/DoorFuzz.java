package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

import facteur.mail.address.AddressParser;
import facteur.mta.smtpd.Framer;
import facteur.mta.smtpd.PathReader;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Octets of strangers, cut into lines and read as arguments of MAIL and RCPT. The first octet says
 * how the rest is cut into reads: the outcome must not depend on it.
 */
class DoorFuzz {
    private static final PathReader PATHS = new PathReader(AddressParser.ascii());

    @FuzzTest(maxExecutions = 10_000_000, maxDuration = "30m")
    void any_octets_are_framed_alike_however_they_are_cut(byte[] input) {
        check(input);
    }

    static void check(byte[] input) {
        if (input.length < 2) {
            return;
        }
        List<String> whole = new Framing().framed(input, input.length);
        assertEquals(whole, new Framing().framed(input, 1 + (input[0] & 0x3f)));
        for (String found : whole) {
            if (found.startsWith("line ")) {
                String line = found.substring(5);
                PATHS.mail(line, 1 << 20);
                PATHS.rcpt(line, true);
                PATHS.rcpt(line, false);
            }
        }
    }

    /** Every DATA begins content, as it does in the server once there are recipients. */
    private static final class Framing implements Framer.Sink {
        private final Framer framer = new Framer(this);
        private final List<String> found = new ArrayList<>();
        private Optional<StringBuilder> content = Optional.empty();

        List<String> framed(byte[] input, int chunk) {
            for (int at = 1; at < input.length; at += chunk) {
                ByteBuffer octets = ByteBuffer.wrap(input, at, Math.min(chunk, input.length - at));
                while (octets.hasRemaining()) {
                    framer.feed(octets);
                }
            }
            return found;
        }

        @Override
        public void line(byte[] line) {
            String text = new String(line, StandardCharsets.ISO_8859_1);
            assertTrue(line.length < Framer.MAX_COMMAND);
            assertFalse(text.contains("\n") || text.contains("\r"), "a line break in a command");
            found.add("line " + text);
            if (text.equalsIgnoreCase("DATA")) {
                content = Optional.of(new StringBuilder());
                framer.beginContent();
            }
        }

        @Override
        public void content(byte[] octets, int length) {
            content.orElseThrow()
                    .append(new String(octets, 0, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void endOfContent(boolean tooLong) {
            String text = content.orElseThrow().toString();
            String lines = text.replace("\r\n", "");
            assertFalse(lines.contains("\n") || lines.contains("\r"), "a bare CR or LF in content");
            assertTrue(text.isEmpty() || text.endsWith("\r\n"), "content ends with a line");
            found.add("content " + tooLong + " " + text);
            content = Optional.empty();
        }

        @Override
        public void violated(Framer.Violation violation) {
            found.add("violated " + violation);
        }
    }
}
