package facteur.mta.delivery.netty;

import facteur.mail.message.Content;
import facteur.mail.smtp.DotStuffer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads content block by block in the form in which it follows DATA. */
final class ContentPump implements AutoCloseable {
    private static final int BLOCK = 16 << 10;
    private static final int END = 5;

    private final InputStream from;
    private final DotStuffer stuffer = new DotStuffer();
    private final byte[] block;
    private boolean ended;

    ContentPump(Content content) throws IOException {
        this.from = content.open();
        // One octet more than there is, so that the end is seen with the last block.
        this.block = new byte[(int) Math.min(BLOCK, content.size() + 1)];
    }

    /** The next octets to send; empty after the final dot. */
    Optional<ByteBuffer> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        int read = from.readNBytes(block, 0, block.length);
        ByteBuffer out = ByteBuffer.allocate(DotStuffer.room(read) + END);
        stuffer.stuff(block, read, out);
        if (read < block.length) {
            stuffer.end(out);
            ended = true;
        }
        return Optional.of(out.flip());
    }

    @Override
    public void close() {
        try {
            from.close();
        } catch (IOException e) {
            // Only read from: nothing can be lost by a close that fails.
            ended = true;
        }
    }
}
