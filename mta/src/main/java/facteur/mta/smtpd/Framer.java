package facteur.mta.smtpd;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts the octets of a client into command lines and message content, strictly: only CRLF ends a
 * line, only CRLF.CRLF ends a message (RFC 5321 2.3.8, 4.1.1.4). A server that is lenient about
 * either can be made to see two messages where another sees one ("SMTP smuggling"); what we do not
 * understand as all other servers do is refused, never repaired.
 *
 * <p>The framer stops after each line, since what follows may be read differently: the caller goes
 * on when the line has been answered. In content it goes on until the end.
 */
public final class Framer {
    /** Octets of a command line with its CRLF: RFC 4954 12288 for AUTH, the longest there is. */
    public static final int MAX_COMMAND = 12_288;

    /** Octets of a text line with its CRLF (RFC 5321 4.5.3.1.6). */
    public static final int MAX_TEXT_LINE = 1000;

    private static final int BLOCK = 16 << 10;

    /** A violation after which it is unknown where the next command begins. */
    public enum Violation {
        BARE_LF("500 5.5.2 a line ended with a bare LF; lines end with CRLF"),
        BARE_CR("500 5.5.2 a CR without LF; lines end with CRLF"),
        NUL_IN_COMMAND("500 5.5.2 a command contains NUL"),
        COMMAND_TOO_LONG("500 5.5.2 a command line is too long");

        private final String reply;

        Violation(String reply) {
            this.reply = reply;
        }

        public String reply() {
            return reply;
        }
    }

    /** Takes the content of a message. */
    public interface Content {
        /** Content, dots unstuffed; the array is the framer's own. */
        void content(byte[] octets, int length);

        /**
         * The content is over; the next line is a command.
         *
         * @param tooLong whether a line of it was longer than allowed
         */
        void endOfContent(boolean tooLong);
    }

    /** Is told what was found. */
    public interface Sink extends Content {
        /** A command line, without its CRLF. The framer waits until it is fed again. */
        void line(byte[] line);

        /** Nothing that follows can be trusted. The framer takes nothing more. */
        void violated(Violation violation);
    }

    private enum Place {
        LINE_START,
        IN_LINE,
        AFTER_CR,
        /** A dot at the start of a line. */
        DOT,
        /** A CR after that dot. */
        DOT_CR
    }

    private final Sink sink;
    private final byte[] command = new byte[MAX_COMMAND];
    private final byte[] block = new byte[BLOCK];
    private int commandLength;
    private int blockLength;
    private int lineLength;
    private boolean inContent;
    private boolean tooLong;
    private boolean dead;
    private Place place = Place.LINE_START;

    public Framer(Sink sink) {
        this.sink = sink;
    }

    /** What follows is content, until CRLF.CRLF. */
    public void beginContent() {
        inContent = true;
        tooLong = false;
        place = Place.LINE_START;
        lineLength = 0;
    }

    public boolean isInContent() {
        return inContent;
    }

    /**
     * Takes octets: up to the end of one command line, or of the content. What is left stays in the
     * buffer.
     */
    public void feed(ByteBuffer octets) {
        if (dead) {
            octets.position(octets.limit());
        } else if (inContent) {
            content(octets);
        } else {
            command(octets);
        }
    }

    private void command(ByteBuffer octets) {
        while (octets.hasRemaining()) {
            byte octet = octets.get();
            boolean afterCr = commandLength > 0 && command[commandLength - 1] == '\r';
            if (octet == '\n') {
                if (!afterCr) {
                    violated(Violation.BARE_LF);
                    return;
                }
                byte[] line = Arrays.copyOf(command, commandLength - 1);
                commandLength = 0;
                sink.line(line);
                return;
            }
            if (afterCr) {
                violated(Violation.BARE_CR);
                return;
            }
            if (octet == 0) {
                violated(Violation.NUL_IN_COMMAND);
                return;
            }
            if (commandLength == MAX_COMMAND) {
                violated(Violation.COMMAND_TOO_LONG);
                return;
            }
            command[commandLength++] = octet;
        }
    }

    private void content(ByteBuffer octets) {
        while (octets.hasRemaining()) {
            byte octet = octets.get();
            switch (place) {
                case LINE_START -> {
                    if (octet == '.') {
                        place = Place.DOT;
                        continue;
                    }
                    text(octet);
                }
                case DOT -> {
                    if (octet == '\r') {
                        place = Place.DOT_CR;
                        continue;
                    }
                    // RFC 5321 4.5.2: the first dot was put there by the client.
                    text(octet);
                }
                case DOT_CR -> {
                    if (octet != '\n') {
                        violated(Violation.BARE_CR);
                        return;
                    }
                    flush();
                    inContent = false;
                    place = Place.LINE_START;
                    sink.endOfContent(tooLong);
                    return;
                }
                case IN_LINE -> text(octet);
                case AFTER_CR -> {
                    if (octet != '\n') {
                        violated(Violation.BARE_CR);
                        return;
                    }
                    put(octet);
                    tooLong |= lineLength > MAX_TEXT_LINE;
                    lineLength = 0;
                    place = Place.LINE_START;
                }
            }
            if (dead) {
                return;
            }
        }
        flush();
    }

    private void text(byte octet) {
        if (octet == '\n') {
            violated(Violation.BARE_LF);
            return;
        }
        put(octet);
        place = octet == '\r' ? Place.AFTER_CR : Place.IN_LINE;
    }

    private void put(byte octet) {
        if (blockLength == BLOCK) {
            flush();
        }
        block[blockLength++] = octet;
        lineLength++;
    }

    private void flush() {
        if (blockLength > 0) {
            int length = blockLength;
            blockLength = 0;
            sink.content(block, length);
        }
    }

    private void violated(Violation violation) {
        dead = true;
        sink.violated(violation);
    }
}
