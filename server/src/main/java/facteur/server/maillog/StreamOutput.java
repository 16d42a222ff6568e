package facteur.server.maillog;

import java.io.IOException;
import java.io.OutputStream;

/** Standard output: whoever reads it keeps it. It waits for as long as nobody does. */
record StreamOutput(OutputStream stream) implements LineOutput {
    @Override
    public void write(byte[] lines) throws IOException {
        try {
            stream.write(lines);
            stream.flush();
        } catch (IOException e) {
            throw new IOException("write to standard output: " + e.getMessage(), e);
        }
    }

    @Override
    public void sync() {
        // What a pipe holds is its reader's.
    }

    @Override
    public void close() {
        // It is not ours.
    }
}
