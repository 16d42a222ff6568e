package facteur.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Knows whether the disk of the data directory has room for new messages; asks it at most once a
 * second. What is kept free is for delivery: its outcomes are recorded when nothing is accepted any
 * more.
 */
final class DiskWatch {
    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final FreeSpace UNKNOWN = new FreeSpace(Long.MAX_VALUE, Long.MAX_VALUE);

    private final Path directory;
    private final long leastOctets;
    private final long leastInodes;
    private volatile FreeSpace free = UNKNOWN;
    private volatile long lookedAt = System.nanoTime() - INTERVAL_NANOS;

    DiskWatch(Path directory, long leastOctets, long leastInodes) {
        this.directory = directory;
        this.leastOctets = leastOctets;
        this.leastInodes = leastInodes;
    }

    boolean isLow() {
        return free().isBelow(leastOctets, leastInodes);
    }

    FreeSpace free() {
        long now = System.nanoTime();
        if (now - lookedAt >= INTERVAL_NANOS) {
            lookedAt = now;
            look();
        }
        return free;
    }

    private void look() {
        boolean wasLow = free.isBelow(leastOctets, leastInodes);
        try {
            free = FreeSpace.of(directory);
        } catch (IOException e) {
            // Not to know is no reason to refuse; a full disk makes the journal wait by itself.
            log.warn("failed to read the free space of {}: {}", directory, e.getMessage());
            free = UNKNOWN;
        }
        boolean isLow = free.isBelow(leastOctets, leastInodes);
        if (isLow != wasLow) {
            log.warn(
                    isLow
                            ? "only {} octets and {} inodes are free: new messages are deferred"
                            : "{} octets and {} inodes are free again",
                    free.octets(),
                    free.inodes());
        }
    }
}
