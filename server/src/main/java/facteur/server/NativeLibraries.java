package facteur.server;

import facteur.mail.file.PrivateFiles;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Where libraries unpack their native parts: below the data directory, since {@code /tmp} is
 * read-only, or may hold nothing that runs, where a machine is hardened.
 */
public final class NativeLibraries {
    /** By library: LMDB, jffi below it, Netty with BoringSSL, ACCP. */
    static final List<String> PROPERTIES =
            List.of(
                    "lmdbjava.extract.dir",
                    "jffi.extract.dir",
                    "io.netty.native.workdir",
                    "com.amazon.corretto.crypto.provider.tmpdir");

    /** What a process that was killed left behind; others may be unpacking just now. */
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);

    private NativeLibraries() {}

    /**
     * To be called before any of them is used; a directory that was configured stays.
     *
     * @throws IOException when nothing unpacked could be used there nor in the directory for
     *     temporary files; it says what to do
     */
    public static void unpackBelow(Path dataDir) throws IOException {
        if (PROPERTIES.stream().allMatch(name -> System.getProperty(name) != null)) {
            return;
        }
        Path directory = dataDir.resolve("native").toAbsolutePath();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        if (Files.isDirectory(dataDir) && Mounts.ofThisMachine().canRunFrom(dataDir)) {
            PrivateFiles.directory(directory);
            sweep(directory);
            for (String name : PROPERTIES) {
                if (System.getProperty(name) == null) {
                    System.setProperty(name, directory.toString());
                }
            }
        } else if (!Mounts.ofThisMachine().canRunFrom(temporary)) {
            throw new IOException(
                    "native libraries can be unpacked neither below "
                            + dataDir
                            + " nor in "
                            + temporary
                            + ": both are read-only or mounted noexec; name another directory with"
                            + " FACTEUR_JVM_OPTIONS=-Djava.io.tmpdir=DIR");
        }
    }

    /**
     * As {@link #unpackBelow}, but in the directory for temporary files where that can be used: for
     * what must change nothing in the data directory.
     */
    public static void unpackBeside(Path dataDir) throws IOException {
        if (!Mounts.ofThisMachine().canRunFrom(Path.of(System.getProperty("java.io.tmpdir")))) {
            unpackBelow(dataDir);
        }
    }

    private static void sweep(Path directory) throws IOException {
        Instant before = Instant.now().minus(LEFT_BEHIND);
        List<Path> old = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    old.add(file);
                }
            }
        }
        for (Path file : old) {
            if (!Files.isDirectory(file)) {
                Files.deleteIfExists(file);
            }
        }
    }
}
