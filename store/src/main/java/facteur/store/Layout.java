package facteur.store;

import facteur.mail.file.AtomicFile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where what stands in a data directory.
 *
 * <pre>
 * journal/   segments, lock
 * views/     what is folded from the journal
 * format     in which version all of it is
 * base/      a copy of the views, from which the retained journal leads to the present ones
 * </pre>
 */
record Layout(Path directory) {
    Path journal() {
        return directory.resolve("journal");
    }

    Path views() {
        return directory.resolve("views");
    }

    Path base() {
        return directory.resolve("base");
    }

    Path format() {
        return directory.resolve("format");
    }

    Path sibling(String name) {
        return directory.resolve(name);
    }

    /** How many files the journal has. */
    long journalFiles() throws IOException {
        if (!Files.isDirectory(journal())) {
            return 0;
        }
        try (Stream<Path> files = Files.list(journal())) {
            return files.count();
        }
    }

    /** Whether there are events or views, made by whichever version. */
    boolean holdsData() throws IOException {
        if (Files.exists(views().resolve("data.mdb"))) {
            return true;
        }
        if (!Files.isDirectory(journal())) {
            return false;
        }
        try (Stream<Path> files = Files.list(journal())) {
            return files.anyMatch(file -> file.toString().endsWith(".segment"));
        }
    }

    /**
     * Refuses a directory with no journal in it: who mistypes a path must not be told that the
     * empty store which was made there is in order.
     */
    void requireJournal() throws IOException {
        if (!Files.isDirectory(journal())) {
            throw new IOException(
                    directory
                            + (Files.exists(directory) ? " holds no journal" : " does not exist")
                            + "; name the data directory of a server (data_dir), or a backup");
        }
    }

    /**
     * Takes the right to let segments go, or to keep them while they are copied; empty while
     * another process holds it. Closing the channel gives it back.
     */
    Optional<FileChannel> retain() throws IOException {
        Files.createDirectories(journal());
        FileChannel channel =
                FileChannel.open(
                        journal().resolve("retain"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException e) {
            // This process has it.
        }
        channel.close();
        return Optional.empty();
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Puts a finished directory in the place of another; a crash leaves the one or the other. */
    static void replace(Path target, Path with) throws IOException {
        Path old = old(target);
        deleteTree(old);
        if (Files.exists(target)) {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(with, target, StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.syncParent(target);
        deleteTree(old);
    }

    /** Ends a {@link #replace} that a crash cut short. */
    static void recover(Path target) throws IOException {
        if (!Files.exists(target) && Files.exists(old(target))) {
            Files.move(old(target), target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Path old(Path target) {
        return target.resolveSibling(target.getFileName() + ".old");
    }
}
