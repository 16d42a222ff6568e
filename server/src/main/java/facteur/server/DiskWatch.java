package facteur.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Knows whether the disk of the data directory has room for new messages; asks it at most once a
 * second.
 */
final class DiskWatch {
    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final Path directory;
    private final long leastOctets;
    private volatile boolean low;
    private volatile long lookedAt = System.nanoTime() - INTERVAL_NANOS;

    DiskWatch(Path directory, long leastOctets) {
        this.directory = directory;
        this.leastOctets = leastOctets;
    }

    boolean isLow() {
        long now = System.nanoTime();
        if (now - lookedAt >= INTERVAL_NANOS) {
            lookedAt = now;
            look();
        }
        return low;
    }

    /** Octets that are free, or -1 when that cannot be told. */
    long free() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            log.warn("ask for the free space of {}: {}", directory, e.getMessage());
            return -1;
        }
    }

    private void look() {
        long free = free();
        boolean isLow = free >= 0 && free < leastOctets;
        if (isLow != low) {
            log.warn(
                    isLow
                            ? "only {} octets are free: new messages have to wait"
                            : "{} octets are free again",
                    free);
        }
        low = isLow;
    }
}
