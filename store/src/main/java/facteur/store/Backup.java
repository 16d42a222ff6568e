package facteur.store;

import facteur.mail.file.AtomicFile;
import facteur.mail.file.PrivateFiles;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;
import facteur.store.journal.SegmentCopy;
import facteur.store.lmdb.Environment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;

/**
 * Copies a data directory while work goes on, and puts a copy back.
 *
 * <p>Order: no segment is let go from here on; the views as they are at one instant; the journal as
 * far as it is on disk after that, so it reaches at least as far as the views; everything else
 * (keys, secrets, certificate). Whatever was acknowledged before the start is in it. The copy gets
 * its name when it is complete and synced.
 */
public final class Backup {
    private static final Set<String> COPIED_APART =
            Set.of(
                    "journal",
                    "views",
                    "views.old",
                    "views.new",
                    "base",
                    "base.old",
                    "base.new",
                    "native");

    private Backup() {}

    /**
     * Copies the data directory of a server that runs in another process, or of none.
     *
     * @param target must not exist
     */
    public static void take(Path dataDirectory, Path target) throws IOException {
        Layout layout = new Layout(dataDirectory);
        requireStore(layout);
        try (Environment environment =
                Environment.open(layout.views(), Environment.Mode.READ_ONLY, FileOpener.real())) {
            take(layout, environment, target);
        }
    }

    static void take(Layout layout, Environment environment, Path target) throws IOException {
        requireAbsent(target);
        Path part = part(target);
        Layout.deleteTree(part);
        Optional<FileChannel> retain = layout.retain();
        if (retain.isEmpty()) {
            throw new IOException(
                    "another backup runs, or segments are just being let go; try again in a"
                            + " minute");
        }
        Layout copy = new Layout(part);
        try (FileChannel _ = retain.get()) {
            environment.copyTo(copy.views());
            Position folded;
            try (Environment copied =
                    Environment.open(copy.views(), Environment.Mode.DURABLE, FileOpener.real())) {
                folded = copied.read(Folding::position);
            }
            SegmentCopy.of(layout.journal(), copy.journal(), folded);
        }
        copyRest(layout.directory(), part, COPIED_APART);
        var _ = PrivateFiles.close(part);
        publish(part, target);
    }

    /**
     * Makes a data directory from a backup. Mail that was sent after the backup was made is owed
     * again.
     *
     * @param dataDirectory must not exist, or be empty
     */
    public static void restore(Path backup, Path dataDirectory) throws IOException {
        Layout layout = new Layout(backup);
        requireStore(layout);
        Environment.requireWhole(layout.views());
        requireAbsent(dataDirectory);
        Path part = part(dataDirectory);
        Layout.deleteTree(part);
        copyRest(backup, part, Set.of());
        var _ = PrivateFiles.close(part);
        publish(part, dataDirectory);
    }

    static void requireStore(Layout layout) throws IOException {
        layout.requireJournal();
        if (Files.notExists(layout.views().resolve("data.mdb"))) {
            throw new IOException(
                    layout.views().resolve("data.mdb")
                            + " is missing; facteur store rebuild makes the views anew, and of a"
                            + " backup another one is needed");
        }
        Format.require(layout);
    }

    private static void requireAbsent(Path target) throws IOException {
        if (Files.exists(target)) {
            try (var inside = Files.list(target)) {
                if (inside.findAny().isPresent()) {
                    throw new IOException(target + " exists and is not empty");
                }
            }
        }
    }

    private static Path part(Path target) {
        Path absolute = target.toAbsolutePath();
        return absolute.resolveSibling(absolute.getFileName() + ".part");
    }

    private static void publish(Path part, Path target) throws IOException {
        Files.deleteIfExists(target);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.syncParent(target);
    }

    private static void copyRest(Path from, Path to, Set<String> without) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes a)
                            throws IOException {
                        Path relative = from.relativize(path);
                        if (without.contains(relative.toString())) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Path copy = to.resolve(relative);
                        if (!Files.exists(copy)) {
                            // With the permissions of the original: some hold secrets.
                            Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes a)
                            throws IOException {
                        if (a.isOther()) {
                            return FileVisitResult.CONTINUE; // the socket of a running server
                        }
                        Path copy = to.resolve(from.relativize(path));
                        try {
                            Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
                        } catch (NoSuchFileException e) {
                            // Mail in the spool was taken meanwhile.
                            return FileVisitResult.CONTINUE;
                        }
                        try (FileChannel channel =
                                FileChannel.open(copy, StandardOpenOption.READ)) {
                            channel.force(true);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
    }
}
