package facteur.mail.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Files that are whole at any moment, also after a power failure, and their owner's alone. */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Puts {@code octets} in place of the file: written beside it, synced, then renamed. On return
     * they are on disk.
     */
    public static void replace(Path file, byte[] octets) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(octets);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        syncParent(file);
    }

    /** Makes a new name durable: without it a power failure may bring the old one back. */
    public static void syncParent(Path path) throws IOException {
        Path parent = Objects.requireNonNull(path.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
