package facteur.message.mime;

import facteur.mail.message.Content;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Puts a content together from spans of another one and new octets; copies nothing. */
public final class SplicedContent {
    private final Content source;
    private final List<Piece> pieces = new ArrayList<>();
    private long size;

    /** Either new octets, or a span of the source. */
    private static final class Piece {
        final byte[] put;
        final long start;
        final long from;
        long length;

        Piece(byte[] put, long start, long from, long length) {
            this.put = put;
            this.start = start;
            this.from = from;
            this.length = length;
        }

        boolean isKept() {
            return from >= 0;
        }
    }

    public SplicedContent(Content source) {
        this.source = source;
    }

    /** The next octets are those of the source from {@code from} to {@code to}. */
    public SplicedContent keep(long from, long to) {
        if (to <= from) {
            return this;
        }
        if (!pieces.isEmpty()) {
            Piece last = pieces.getLast();
            if (last.isKept() && last.from + last.length == from) {
                last.length += to - from;
                size += to - from;
                return this;
            }
        }
        return add(new Piece(new byte[0], size, from, to - from));
    }

    /** The next octets are these; they must not change afterwards. */
    public SplicedContent put(byte[] octets) {
        return octets.length == 0 ? this : add(new Piece(octets, size, -1, octets.length));
    }

    private SplicedContent add(Piece piece) {
        pieces.add(piece);
        size += piece.length;
        return this;
    }

    /** What has been put together so far. */
    public Content content() {
        return new Spliced(source, List.copyOf(pieces), size);
    }

    private static final class Spliced implements Content {
        private final Content source;
        private final List<Piece> pieces;
        private final long size;

        Spliced(Content source, List<Piece> pieces, long size) {
            this.source = source;
            this.pieces = pieces;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open(long offset, long length) {
            if (offset < 0 || length < 0 || offset + length > size) {
                throw new IndexOutOfBoundsException(
                        "open " + length + " octets from " + offset + " of " + size);
            }
            return new PieceStream(this, offset, length);
        }

        /** Index of the piece that holds the octet at {@code offset}. */
        int pieceAt(long offset) {
            int low = 0;
            int high = pieces.size() - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (pieces.get(middle).start <= offset) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }
    }

    /** Reads the source through one stream that skips what is replaced. */
    private static final class PieceStream extends InputStream {
        private final Spliced content;
        private int piece;
        private long at;
        private final long end;
        private InputStream kept = InputStream.nullInputStream();
        private long keptAt = -1;

        PieceStream(Spliced content, long offset, long length) {
            this.content = content;
            this.at = offset;
            this.end = offset + length;
            this.piece = length == 0 ? 0 : content.pieceAt(offset);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (at >= end) {
                return length == 0 ? 0 : -1;
            }
            int done = 0;
            while (done < length && at < end) {
                done += some(into, offset + done, length - done);
            }
            return done;
        }

        private int some(byte[] into, int offset, int length) throws IOException {
            Piece current = content.pieces.get(piece);
            long within = at - current.start;
            int count = (int) Math.min(length, Math.min(end - at, current.length - within));
            if (current.isKept()) {
                copyKept(current.from + within, into, offset, count);
            } else {
                System.arraycopy(current.put, (int) within, into, offset, count);
            }
            at += count;
            piece += within + count == current.length ? 1 : 0;
            return count;
        }

        private void copyKept(long from, byte[] into, int offset, int count) throws IOException {
            if (keptAt < 0 || keptAt > from) {
                kept.close();
                kept = content.source.open(from, content.source.size() - from);
                keptAt = from;
            }
            kept.skipNBytes(from - keptAt);
            int read = kept.readNBytes(into, offset, count);
            keptAt = from + read;
            if (read < count) {
                throw new EOFException(
                        "the original ends at " + keptAt + ", read on to " + (from + count));
            }
        }

        @Override
        public int available() {
            return (int) Math.min(end - at, Integer.MAX_VALUE);
        }

        @Override
        public void close() throws IOException {
            kept.close();
        }
    }
}
