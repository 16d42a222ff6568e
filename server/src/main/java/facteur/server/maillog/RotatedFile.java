package facteur.server.maillog;

import facteur.config.LoggingSettings;
import facteur.mail.text.FailureText;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is put aside when it has its size: {@code mail.log} becomes {@code mail.log.1}, that
 * {@code mail.log.2}, and the oldest is deleted. One that somebody else has put aside, or deleted,
 * is begun anew.
 */
final class RotatedFile implements LineOutput {
    private final Path path;
    private final LoggingSettings.Rotation rotation;
    private FileChannel channel;

    RotatedFile(Path path, LoggingSettings.Rotation rotation) throws IOException {
        this.path = path;
        this.rotation = rotation;
        this.channel = open();
    }

    private FileChannel open() throws IOException {
        try {
            FileChannel opened =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            long end = opened.size();
            opened.position(end);
            ByteBuffer last = ByteBuffer.allocate(1);
            if (end > 0 && opened.read(last, end - 1) == 1 && last.get(0) != '\n') {
                // A crash left a part of a line; the whole of it follows.
                opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            return opened;
        } catch (IOException e) {
            throw failed("open", e);
        }
    }

    @Override
    public void write(byte[] lines) throws IOException {
        try {
            if (Files.notExists(path)) {
                channel.close();
                channel = open();
            }
            if (channel.size() > 0 && channel.size() + lines.length > rotation.size().bytes()) {
                rotate();
            }
            long before = channel.position();
            try {
                ByteBuffer left = ByteBuffer.wrap(lines);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            } catch (IOException e) {
                // What stands there of them is written again.
                channel.truncate(before);
                throw e;
            }
        } catch (IOException e) {
            throw failed("write to", e);
        }
    }

    private void rotate() throws IOException {
        channel.force(true);
        channel.close();
        for (int i = rotation.keep(); i > 1; i--) {
            if (Files.exists(aside(i - 1))) {
                Files.move(aside(i - 1), aside(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(path, aside(1), StandardCopyOption.REPLACE_EXISTING);
        channel = open();
    }

    private Path aside(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    @Override
    public void sync() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failed("sync", e);
        }
    }

    private IOException failed(String what, IOException e) {
        return new IOException(what + " " + path + ": " + FailureText.of(e), e);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
