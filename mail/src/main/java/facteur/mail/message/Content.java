package facteur.mail.message;

import java.io.ByteArrayInputStream;
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
