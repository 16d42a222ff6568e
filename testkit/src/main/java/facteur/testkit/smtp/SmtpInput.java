package facteur.testkit.smtp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads SMTP from a stream, strictly: only CRLF ends a line, only CRLF "." CRLF ends a message (RFC
 * 5321 2.3.8, 4.1.1.4). A CR or LF that stands alone is reported, never taken for a line end, so
 * that smuggled messages show.
 */
final class SmtpInput {
    /** What a command or reply line turned out to be. */
    sealed interface Line {
        record Text(String text) implements Line {}

        /** Longer than allowed; skipped up to its end. */
        record TooLong() implements Line {}

        /** Holds a CR or LF that ends nothing. */
        record BareNewline(String text) implements Line {}

        /** The other side has gone, maybe in the middle of a line. */
        record End() implements Line {}
    }

    /**
     * A message as it was before dot-stuffing.
     *
     * @param kept its first bytes, as many as were to be kept
     * @param size how many bytes it has
     * @param bareNewlines whether it holds a CR without LF or LF without CR
     */
    @SuppressWarnings(
            "ArrayRecordComponent") // never compared; copying megabytes to look like a value would
    // be waste
    record Content(byte[] kept, long size, boolean bareNewlines) {}

    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;

    SmtpInput(InputStream in) {
        this.in = in;
    }

    /** Whether something was read from the stream that nobody has asked for yet. */
    boolean hasBuffered() {
        return position < limit;
    }

    /** Reads up to the next CRLF, which is not part of the line. */
    Line readLine(int max) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        boolean bare = false;
        boolean afterCr = false;
        long length = 0;
        while (true) {
            int b = next();
            if (b < 0) {
                return new Line.End();
            }
            if (b == '\n' && afterCr) {
                return finished(line, length, max, bare);
            }
            bare |= b == '\n' || afterCr;
            if (afterCr && length++ < max) {
                line.write('\r');
            }
            afterCr = b == '\r';
            if (!afterCr && length++ < max) {
                line.write(b);
            }
        }
    }

    private static Line finished(ByteArrayOutputStream line, long length, int max, boolean bare) {
        if (length > max) {
            return new Line.TooLong();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return bare ? new Line.BareNewline(text) : new Line.Text(text);
    }

    private enum At {
        LINE_START,
        DOT,
        DOT_CR,
        IN_LINE,
        CR
    }

    /**
     * Reads a message up to its final dot and takes the stuffed dots out.
     *
     * @param keep how many bytes to keep at most; the rest is read and counted
     * @throws EOFException when the other side goes before the final dot
     */
    Content readContent(int keep) throws IOException {
        Kept kept = new Kept(keep);
        boolean bare = false;
        At at = At.LINE_START;
        while (true) {
            int b = next();
            if (b < 0) {
                throw new EOFException(
                        "the connection ended after " + kept.size + " bytes of a message");
            }
            if (at == At.DOT_CR) {
                if (b == '\n') {
                    return new Content(kept.bytes(), kept.size, bare);
                }
                kept.add('\r');
                at = At.CR;
            }
            if (at == At.LINE_START && b == '.') {
                at = At.DOT;
                continue;
            }
            if (at == At.DOT && b == '\r') {
                at = At.DOT_CR;
                continue;
            }
            kept.add(b);
            bare |= (b == '\n') != (at == At.CR);
            at = b == '\r' ? At.CR : b == '\n' && at == At.CR ? At.LINE_START : At.IN_LINE;
        }
    }

    /**
     * Reads an exact number of bytes, as BDAT announces them (RFC 3030).
     *
     * @param keep how many to keep at most; the rest is read and dropped
     * @throws EOFException when the other side goes before
     */
    byte[] readExactly(long size, int keep) throws IOException {
        Kept kept = new Kept((int) Math.min(size, keep));
        for (long i = 0; i < size; i++) {
            int b = next();
            if (b < 0) {
                throw new EOFException(
                        "the connection ended after " + i + " of " + size + " bytes of a chunk");
            }
            kept.add(b);
        }
        return kept.bytes();
    }

    /** Reads one byte, or -1 when the other side has gone. */
    int next() throws IOException {
        if (position == limit) {
            limit = Math.max(0, in.read(buffer));
            position = 0;
            if (limit == 0) {
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }

    /** The first bytes of something, and how long it was. */
    private static final class Kept {
        private final int keep;
        private byte[] bytes;
        private int count;
        private long size;

        Kept(int keep) {
            this.keep = keep;
            this.bytes = new byte[Math.min(keep, 2048)];
        }

        void add(int b) {
            size++;
            if (count < keep) {
                if (count == bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.clamp(2L * count, 16, keep));
                }
                bytes[count++] = (byte) b;
            }
        }

        byte[] bytes() {
            return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
        }
    }
}
