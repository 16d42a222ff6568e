package facteur.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * How the store reaches the disk; a test puts a faulty one, a simulated one, or its end, in
 * between.
 */
@FunctionalInterface
public interface FileOpener {
    FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException;

    /** Gives a file another name, replacing what had it. */
    default void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes a file, where it exists. */
    default void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    /** Files of a directory whose names match, in the order of their names. */
    default List<Path> list(Path directory, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, glob)) {
            paths.forEach(found::add);
        }
        Collections.sort(found);
        return found;
    }

    default boolean exists(Path path) {
        return Files.exists(path);
    }

    /** Puts on disk which files a directory has, and under which names. */
    default void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Runs the commit of a transaction of the views. */
    default void commit(Runnable commit) {
        commit.run();
    }

    static FileOpener real() {
        return FileChannel::open;
    }
}
