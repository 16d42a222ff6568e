package facteur.mail.smtp;

import java.nio.ByteBuffer;

/**
 * Turns message content, piece by piece, into what follows DATA: a dot before each line that begins
 * with one (RFC 5321 4.5.2).
 */
public final class DotStuffer {
    private byte last = '\n';
    private byte beforeLast = '\r';

    /** Octets that {@code length} octets of content can become at most. */
    public static int room(int length) {
        return length * 2;
    }

    /** Appends the stuffed form of some octets of content. */
    public void stuff(byte[] octets, int length, ByteBuffer to) {
        int copied = 0;
        for (int i = 0; i < length; i++) {
            if (octets[i] == '.' && (i == 0 ? last : octets[i - 1]) == '\n') {
                to.put(octets, copied, i - copied).put((byte) '.');
                copied = i;
            }
        }
        to.put(octets, copied, length - copied);
        if (length > 0) {
            beforeLast = length > 1 ? octets[length - 2] : last;
            last = octets[length - 1];
        }
    }

    /** Appends the end of the data; content that does not end with CRLF is given one. */
    public void end(ByteBuffer to) {
        if (last != '\n' || beforeLast != '\r') {
            to.put((byte) '\r').put((byte) '\n');
        }
        to.put((byte) '.').put((byte) '\r').put((byte) '\n');
    }
}
