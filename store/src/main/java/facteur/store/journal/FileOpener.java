package facteur.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;

/** How the store reaches the disk; a test puts a faulty one, or its end, in between. */
@FunctionalInterface
public interface FileOpener {
    FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException;

    /** Gives a file another name, replacing what had it. */
    default void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Runs the commit of a transaction of the views. */
    default void commit(Runnable commit) {
        commit.run();
    }

    static FileOpener real() {
        return FileChannel::open;
    }
}
