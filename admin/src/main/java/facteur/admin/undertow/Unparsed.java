package facteur.admin.undertow;

import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts words where there are none: a target that Undertow's parser does not take is answered with
 * an empty 400 before any handler sees it. Between the parser and the socket, that answer is
 * replaced by one of ours, made of what was read last. Where it is not known, it stays.
 */
final class Unparsed {
    /** As Undertow writes it (HttpReadListener). */
    private static final byte[] WORDLESS =
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** Of a read so much is remembered: a request line with its header fields, mostly. */
    private static final int REMEMBERED = 4 << 10;

    private final byte[] last = new byte[REMEMBERED];
    private int length;

    private Unparsed() {}

    /**
     * @param answer to what was read last, as octets of HTTP; empty when the other answer stays
     */
    static void answer(StreamConnection connection, Function<String, Optional<byte[]>> answer) {
        Unparsed unparsed = new Unparsed();
        var source = connection.getSourceChannel();
        source.setConduit(unparsed.new Remembering(source.getConduit()));
        var sink = connection.getSinkChannel();
        sink.setConduit(unparsed.new Replacing(sink.getConduit(), answer));
    }

    private final class Remembering extends AbstractStreamSourceConduit<StreamSourceConduit> {
        Remembering(StreamSourceConduit next) {
            super(next);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int from = into.position();
            int read = next.read(into);
            if (read > 0) {
                length = Math.min(read, REMEMBERED);
                into.get(from, last, 0, length);
            }
            return read;
        }
    }

    private final class Replacing extends AbstractStreamSinkConduit<StreamSinkConduit> {
        private final Function<String, Optional<byte[]>> answer;
        private @Nullable ByteBuffer instead;

        Replacing(StreamSinkConduit next, Function<String, Optional<byte[]>> answer) {
            super(next);
            this.answer = answer;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            if (instead == null && isWordless(from)) {
                instead =
                        answer.apply(new String(last, 0, length, StandardCharsets.ISO_8859_1))
                                .map(ByteBuffer::wrap)
                                .orElse(null);
            }
            ByteBuffer ours = instead;
            if (ours == null) {
                return next.write(from);
            }
            next.write(ours);
            if (ours.hasRemaining()) {
                return 0; // asked again when there is room
            }
            instead = null;
            int length = from.remaining();
            from.position(from.limit());
            return length;
        }

        private static boolean isWordless(ByteBuffer from) {
            return from.remaining() == WORDLESS.length
                    && from.duplicate().equals(ByteBuffer.wrap(WORDLESS));
        }
    }
}
