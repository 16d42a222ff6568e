package facteur.message.dkim;

import java.security.MessageDigest;

/**
 * Hashes a body in relaxed canonical form as it streams by (RFC 6376 3.4.4): runs of blanks become
 * one space, blanks before a line break and empty lines at the end go, and a body that is not empty
 * ends with a line break. Constant memory: blank lines are only counted. Used by one thread, once.
 */
final class RelaxedBody {
    private static final int BUFFER = 8192;

    private final MessageDigest digest;
    private final byte[] out = new byte[BUFFER];
    private int used;
    private long pendingBreaks;
    private boolean pendingBlank;
    private boolean afterReturn;
    private boolean seen;
    private boolean held = true; // something waits, or nothing was seen yet

    RelaxedBody(MessageDigest digest) {
        this.digest = digest;
    }

    void update(byte[] octets, int from, int length) {
        int end = from + length;
        for (int i = from; i < end; i++) {
            byte octet = octets[i];
            if (octet > ' ' && !held && used < BUFFER) {
                out[used++] = octet; // by far the most
            } else {
                update(octet);
                held = afterReturn || pendingBlank || pendingBreaks > 0 || !seen;
            }
        }
    }

    private void update(byte octet) {
        if (afterReturn) {
            afterReturn = false;
            if (octet == '\n') {
                pendingBlank = false;
                pendingBreaks++;
                return;
            }
            text((byte) '\r'); // a lone return is no line break
        }
        switch (octet) {
            case '\r' -> afterReturn = true;
            case ' ', '\t' -> pendingBlank = true;
            default -> text(octet);
        }
    }

    /** Something that stays, and so makes what was held back stay. */
    private void text(byte octet) {
        while (pendingBreaks > 0) {
            put((byte) '\r');
            put((byte) '\n');
            pendingBreaks--;
        }
        if (pendingBlank) {
            put((byte) ' ');
            pendingBlank = false;
        }
        put(octet);
        seen = true;
    }

    private void put(byte octet) {
        if (used == out.length) {
            flush();
        }
        out[used++] = octet;
    }

    private void flush() {
        digest.update(out, 0, used);
        used = 0;
    }

    byte[] finish() {
        if (afterReturn) {
            text((byte) '\r');
        }
        if (seen) {
            put((byte) '\r');
            put((byte) '\n');
        }
        flush();
        return digest.digest();
    }
}
