package facteur.server.maillog;

import java.io.IOException;

/** Where lines go. */
interface LineOutput extends AutoCloseable {
    /**
     * Writes whole lines; when it fails none of them counts as written.
     *
     * @throws IOException that says where it was written to
     */
    void write(byte[] lines) throws IOException;

    /** Returns when what was written survives a crash, as far as that is ours to see to. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
