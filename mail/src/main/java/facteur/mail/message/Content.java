package facteur.mail.message;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Message bytes that can be read any number of times, from any place, without being held in memory.
 */
public interface Content {
    long size();

    /** Opens {@code length} octets from {@code offset} on; the caller closes the stream. */
    InputStream open(long offset, long length) throws IOException;

    default InputStream open() throws IOException {
        return open(0, size());
    }

    /** The octets from {@code from} to before {@code to}, in memory. */
    default byte[] read(long from, long to) throws IOException {
        int length = Math.toIntExact(to - from);
        try (InputStream in = open(from, length)) {
            byte[] octets = new byte[length];
            int read = in.readNBytes(octets, 0, length);
            if (read < length) {
                throw new EOFException("read " + length + " octets from " + from + ", got " + read);
            }
            return octets;
        }
    }

    /** Content already in memory; the array must not change afterwards. */
    static Content of(byte[] octets) {
        return new Content() {
            @Override
            public long size() {
                return octets.length;
            }

            @Override
            public InputStream open(long offset, long length) {
                return new ByteArrayInputStream(
                        octets, Math.toIntExact(offset), Math.toIntExact(length));
            }
        };
    }
}
