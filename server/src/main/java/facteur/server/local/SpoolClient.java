package facteur.server.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Leaves a message in the spool, synced, and asks the server to take it now. Without a server the
 * file waits there.
 */
public final class SpoolClient {
    /** In the spool: where the server listens. */
    static final String DOOR = "door";

    static final String ENDING = ".mail";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONTENT = 64 << 10;

    private SpoolClient() {}

    /** What became of a message. */
    public sealed interface Outcome {
        /**
         * @param reply of the server, such as {@code 250 2.0.0 queued as ...}
         */
        record Taken(String reply) implements Outcome {}

        /** It is in the spool and is taken later. */
        record Waits(String why) implements Outcome {}

        /** It was not taken, and is not kept. */
        record Refused(String reply) implements Outcome {}
    }

    /**
     * @throws IOException when it cannot be left there; nothing is
     */
    public static Outcome hand(Path spool, LocalEnvelope envelope, InputStream content)
            throws IOException {
        String name = newName();
        Path file = spool.resolve(name + ENDING);
        Path unfinished = spool.resolve(name + ".new");
        try {
            write(unfinished, envelope, content);
            // The group is that of the directory: the server's.
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-r-----"));
            Files.move(unfinished, file);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        return ask(spool.resolve(DOOR), name + ENDING);
    }

    /** One that nobody has, behind those of before. */
    static String newName() {
        return "%016x%016x".formatted(System.currentTimeMillis(), new SecureRandom().nextLong());
    }

    private static void write(Path file, LocalEnvelope envelope, InputStream content)
            throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(envelope.octets());
            byte[] octets = new byte[CONTENT];
            for (int n = content.read(octets); n >= 0; n = content.read(octets)) {
                out.write(octets, 0, n);
            }
            // The caller is told that it is kept only when a crash cannot take it away.
            channel.force(true);
        }
    }

    private static Outcome ask(Path door, String name) {
        String reply;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(door));
            Thread impatience = Thread.ofVirtual().start(() -> closeLater(channel));
            channel.write(ByteBuffer.wrap((name + "\n").getBytes(StandardCharsets.US_ASCII)));
            reply =
                    new String(
                                    Channels.newInputStream(channel).readAllBytes(),
                                    StandardCharsets.UTF_8)
                            .strip();
            impatience.interrupt();
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.Waits("no server takes mail at present");
        }
        return switch (reply.isEmpty() ? ' ' : reply.charAt(0)) {
            case '2' -> new Outcome.Taken(reply);
            case '5' -> new Outcome.Refused(reply);
            default -> new Outcome.Waits(reply);
        };
    }

    private static void closeLater(SocketChannel channel) {
        try {
            Thread.sleep(PATIENCE);
            channel.close();
        } catch (InterruptedException | IOException e) {
            // It was answered in time, or has gone.
        }
    }
}
