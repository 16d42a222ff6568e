package facteur.mail.smtp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the octets of one connection into replies. Bounded: a line keeps its first {@value
 * #MAX_LINE} octets (RFC 5321 4.5.3.1.5 promises 512), a reply its first {@value #MAX_LINES} lines;
 * the rest is read and dropped, since some servers send novels. What cannot be a reply at all is
 * reported once, after which the connection is of no further use.
 *
 * <p>RFC 5321 4.2.1: the code is the same on each line, and a client may go by any of them. Where
 * they differ and begin with the same digit, which is all that a client need look at (4.2), the
 * last counts; where one says yes and another no, or one now and another never, it is no reply.
 */
public final class ReplyReader {
    static final int MAX_LINE = 2048;
    static final int MAX_LINES = 100;

    private static final Charset WINDOWS = Charset.forName("windows-1252");

    /** What the octets so far amount to. */
    public sealed interface Read {
        record Complete(Reply reply) implements Read {}

        /**
         * @param line the offending line, made printable
         */
        record Malformed(String line) implements Read {}
    }

    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private int code = -1;
    private final List<String> lines = new ArrayList<>();

    /** Consumes octets up to the end of the next reply; empty when more are needed. */
    public Optional<Read> read(ByteBuffer octets) {
        while (octets.hasRemaining()) {
            byte octet = octets.get();
            if (octet == '\n') {
                Optional<Read> read = endOfLine();
                if (read.isPresent()) {
                    return read;
                }
            } else if (length < MAX_LINE) {
                line[length++] = octet;
            }
        }
        return Optional.empty();
    }

    private Optional<Read> endOfLine() {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        length = 0;
        int found = codeOf(end);
        boolean continues = end > 3 && line[3] == '-';
        if (found < 0
                || (code >= 0 && found / 100 != code / 100)
                || (end > 3 && !continues && line[3] != ' ')) {
            return Optional.of(new Read.Malformed(printable(0, end)));
        }
        code = found;
        if (lines.size() < MAX_LINES) {
            lines.add(end > 4 ? printable(4, end) : "");
        }
        return continues ? Optional.empty() : Optional.of(complete());
    }

    private Read complete() {
        Read read = new Read.Complete(Reply.of(code, lines));
        code = -1;
        lines.clear();
        return read;
    }

    private int codeOf(int end) {
        if (end < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2])) {
            return -1;
        }
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    private String printable(int from, int to) {
        String text = text(from, to);
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }

    /**
     * UTF-8 (RFC 6531 3.7.4.2), else windows-1252, which holds what older servers write in Western
     * languages. A line that was cut may end within a character.
     */
    private String text(int from, int to) {
        CharBuffer text = CharBuffer.allocate(to - from);
        CoderResult result =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line, from, to - from), text, to < MAX_LINE - 1);
        return result.isError()
                ? new String(line, from, to - from, WINDOWS)
                : text.flip().toString();
    }
}
