package facteur.store.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 32 octets before each record.
 *
 * <pre>
 *  0  int   length of the payload
 *  4  int   CRC32C of octets 8 to 31 and the payload
 *  8  long  position of this record: stale octets of a recycled segment are recognised by it
 * 16  long  what was durable when this record was written: tells a torn tail from damage (see {@link Scan})
 * 24  int   epoch, one more at each start: octets beyond a tail that was cut are recognised by it
 * 28  byte  kind
 * 29  byte  version of the format
 * 30  short zero
 * </pre>
 */
record RecordHeader(int length, int crc, long position, long durable, int epoch, byte kind) {
    static final int SIZE = 32;
    static final byte VERSION = 1;

    static final byte EVENT = 1;
    static final byte MESSAGE = 2;
    static final byte PART = 3;

    /** The segment ends here; the next record stands at the start of the next segment. */
    static final byte END = 4;

    /** Records begin at multiples of eight, so that a search after damage is short. */
    static int padded(int length) {
        return (length + 7) & ~7;
    }

    /** Octets that a record of {@code length} takes on disk. */
    static int occupied(int length) {
        return SIZE + padded(length);
    }

    /** Puts header, payload and padding at the buffer's position. */
    static void put(
            ByteBuffer to,
            byte[][] payload,
            int length,
            long position,
            long durable,
            int epoch,
            byte kind) {
        int start = to.position();
        to.putInt(length)
                .putInt(0)
                .putLong(position)
                .putLong(durable)
                .putInt(epoch)
                .put(kind)
                .put(VERSION)
                .putShort((short) 0);
        for (byte[] piece : payload) {
            to.put(piece);
        }
        int crc = crc(to.duplicate().limit(start + SIZE + length).position(start + 8));
        to.putInt(start + 4, crc);
        for (int i = length; i < padded(length); i++) {
            to.put((byte) 0);
        }
    }

    /** Reads the header at the buffer's position, which does not move. */
    static RecordHeader get(ByteBuffer from) {
        int at = from.position();
        return new RecordHeader(
                from.getInt(at),
                from.getInt(at + 4),
                from.getLong(at + 8),
                from.getLong(at + 16),
                from.getInt(at + 24),
                from.get(at + 28));
    }

    static int crc(ByteBuffer octets) {
        CRC32C crc = new CRC32C();
        crc.update(octets);
        return (int) crc.getValue();
    }

    boolean isPlausible(long expectedPosition, int room) {
        return position == expectedPosition
                && length >= 0
                && length <= room - SIZE
                && kind >= EVENT
                && kind <= END;
    }
}
