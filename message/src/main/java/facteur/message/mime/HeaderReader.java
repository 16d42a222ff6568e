package facteur.message.mime;

import facteur.mail.message.Content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Collects the header section of a message as it streams by: up to and with the first empty line,
 * and never more than {@value #MAX_OCTETS} octets. Used by one thread, once.
 */
public final class HeaderReader {
    /** Many times what is common; a header beyond it is refused, never cut. */
    public static final int MAX_OCTETS = 256 * 1024;

    private static final int CHUNK = 8 * 1024;

    private final ByteArrayOutputStream header = new ByteArrayOutputStream(2048);
    private final int limit;
    private int taken;
    private int line; // octets of the current line, line breaks aside
    private State state = State.READING;

    /** Where the reading stands. */
    public enum State {
        READING,
        COMPLETE,
        TOO_LONG
    }

    public HeaderReader() {
        this(MAX_OCTETS);
    }

    HeaderReader(int limit) {
        this.limit = limit;
    }

    /**
     * Takes what belongs to the header.
     *
     * @return how many octets were taken; what follows them is body
     */
    public int offer(byte[] octets, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end && state == State.READING) {
            accept(octets[at++]);
        }
        header.write(octets, from, at - from);
        return at - from;
    }

    public State state() {
        return state;
    }

    /** The block as far as it was read: all of it, when complete or when the message has ended. */
    public HeaderBlock block() {
        return HeaderBlock.of(header.toByteArray());
    }

    /** The header of a stored message, empty when it is too long. */
    public static Optional<HeaderBlock> read(Content content) throws IOException {
        HeaderReader reader = new HeaderReader();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = content.open()) {
            int read;
            while (reader.state == State.READING && (read = in.read(chunk)) > 0) {
                reader.offer(chunk, 0, read);
            }
        }
        return reader.state == State.TOO_LONG ? Optional.empty() : Optional.of(reader.block());
    }

    private void accept(byte octet) {
        if (octet == '\n') {
            state = line == 0 ? State.COMPLETE : state;
            line = 0;
        } else if (octet != '\r') {
            line++;
        }
        if (++taken > limit) {
            state = State.TOO_LONG;
        }
    }
}
