package facteur.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One preallocated file of the journal. Its first page names it; records follow.
 *
 * @param number place in the journal, from 0
 * @param size octets of the file
 */
record Segment(long number, int size, Path path, FileChannel channel)
        implements SegmentWindow.Source {
    static final int FIRST_RECORD = 4096;

    // What nearly every event fits into: one reading is enough for it.
    private static final int PROBE = 512;

    private static final long MAGIC = 0x46_41_43_54_45_55_52_31L; // "FACTEUR1"

    /** Writes the first page; synced by the caller together with the directory entry. */
    static void writeHeader(FileChannel channel, long number, int size) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(FIRST_RECORD);
        page.putLong(MAGIC).putLong(number).putInt(size);
        page.putInt(RecordHeader.crc(page.duplicate().flip()));
        page.clear();
        writeFully(channel, page, 0);
    }

    /** The number and size that a first page gives; empty when it is none. */
    static Optional<long[]> readHeader(FileChannel channel) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(24);
        if (!readFully(channel, page, 0)) {
            return Optional.empty();
        }
        page.flip();
        int crc = RecordHeader.crc(page.duplicate().limit(20));
        long magic = page.getLong();
        long number = page.getLong();
        int size = page.getInt();
        return magic == MAGIC && page.getInt() == crc
                ? Optional.of(new long[] {number, size})
                : Optional.empty();
    }

    /**
     * Reads the record at {@code offset} with its payload; empty when its octets are not a record
     * of this place.
     */
    Optional<FoundRecord> read(int offset) throws IOException {
        return read(offset, new SegmentWindow(PROBE));
    }

    /** As {@link #read(int)}, by way of a window; the payload is valid until its next use. */
    Optional<FoundRecord> read(int offset, SegmentWindow segmentWindow) throws IOException {
        int room = size - offset;
        if (room < RecordHeader.SIZE) {
            return Optional.empty();
        }
        ByteBuffer begin = segmentWindow.at(this, offset, RecordHeader.SIZE);
        if (begin.remaining() < RecordHeader.SIZE) {
            return Optional.empty();
        }
        RecordHeader header = RecordHeader.get(begin);
        if (!header.isPlausible(Position.of(number, offset).value(), room)) {
            return Optional.empty();
        }
        int length = RecordHeader.SIZE + header.length();
        ByteBuffer whole = segmentWindow.at(this, offset, length);
        if (whole.remaining() < length) {
            return Optional.empty();
        }
        int start = whole.position();
        whole.limit(start + length);
        boolean intact = RecordHeader.crc(whole.duplicate().position(start + 8)) == header.crc();
        return intact
                ? Optional.of(new FoundRecord(header, whole.position(start + RecordHeader.SIZE)))
                : Optional.empty();
    }

    /**
     * @param payload from its position to its limit
     */
    record FoundRecord(RecordHeader header, ByteBuffer payload) {}

    @Override
    public void read(ByteBuffer to, long from) throws IOException {
        boolean _ = readFully(channel, to, from);
    }

    static boolean readFully(FileChannel channel, ByteBuffer to, long from) throws IOException {
        long at = from;
        while (to.hasRemaining()) {
            int read = channel.read(to, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }

    static void writeFully(FileChannel channel, ByteBuffer octets, long to) throws IOException {
        long at = to;
        while (octets.hasRemaining()) {
            at += channel.write(octets, at);
        }
    }
}
