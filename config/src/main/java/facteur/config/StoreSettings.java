package facteur.config;

import facteur.config.unit.ByteSize;

/**
 * How the disk is used.
 *
 * @param segmentSize of one journal file, preallocated; at least twice the largest message
 * @param minFreeSpace below this submission answers 452, so that delivery can still write
 * @param minFreeInodes the same for files; file systems without a limit are not asked
 */
public record StoreSettings(ByteSize segmentSize, ByteSize minFreeSpace, int minFreeInodes) {
    /** A segment holds several of the largest records. */
    public static final ByteSize LEAST_SEGMENT = ByteSize.ofMebibytes(8);

    public static final StoreSettings DEFAULTS =
            new StoreSettings(
                    ByteSize.ofMebibytes(64), // zeroed in a moment, released soon
                    ByteSize.ofMebibytes(512), // some segments and a grown view file
                    1000); // segments, spares, logs
}
