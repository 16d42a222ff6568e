package facteur.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/** How files are opened; a test puts a faulty disk in between. */
@FunctionalInterface
public interface FileOpener {
    FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException;

    static FileOpener real() {
        return FileChannel::open;
    }
}
