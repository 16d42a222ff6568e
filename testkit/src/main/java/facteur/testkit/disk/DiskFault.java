package facteur.testkit.disk;

import java.io.IOException;
import java.nio.file.Path;

/** What goes wrong on a disk, and when. */
@FunctionalInterface
public interface DiskFault {
    /** Where an operation stands. */
    enum Moment {
        BEFORE_WRITE,
        HALF_WRITTEN,
        AFTER_WRITE,
        BEFORE_SYNC,
        AFTER_SYNC
    }

    /**
     * Called at each moment of each operation on a file; may stop the process.
     *
     * @throws IOException to make the operation fail there
     */
    void touch(Path path, Moment moment) throws IOException;
}
