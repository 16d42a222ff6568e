package facteur.message.mime;

import java.io.IOException;
import java.io.InputStream;

/**
 * Content line by line in constant memory. A line longer than the buffer comes in several pieces;
 * only the first says that it starts the line. Used by one thread.
 */
final class LineReader {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int limit;
    private boolean ended = true;
    private long base; // offset of the first octet of the buffer
    int from;
    int to;
    boolean startsLine;

    LineReader(InputStream in, long offset) {
        this.in = in;
        this.base = offset;
    }

    byte[] octets() {
        return buffer;
    }

    /** Offset of the current piece in the content. */
    long offset() {
        return base + from;
    }

    /** Octets of the line break that ends the current piece: 2, 1, or 0 when it goes on. */
    int lineBreak() {
        if (to == from || buffer[to - 1] != '\n') {
            return 0;
        }
        return to - from > 1 && buffer[to - 2] == '\r' ? 2 : 1;
    }

    /** Goes to the next piece; false at the end. */
    boolean next() throws IOException {
        startsLine = ended;
        from = to;
        int search = from;
        while (true) {
            int lineFeed = find(search);
            if (lineFeed >= 0) {
                to = lineFeed + 1;
                ended = true;
                return true;
            }
            search = limit;
            if (from > 0) {
                search -= from;
                compact();
            }
            if (limit == BUFFER || !fill()) {
                to = limit;
                ended = false;
                return to > from;
            }
        }
    }

    private int find(int start) {
        for (int i = start; i < limit; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void compact() {
        System.arraycopy(buffer, from, buffer, 0, limit - from);
        base += from;
        limit -= from;
        from = 0;
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer, limit, BUFFER - limit);
        limit += Math.max(read, 0);
        return read > 0;
    }
}
