package facteur.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.Set;

/**
 * Copies a journal beside its writer: everything up to an end that {@link Scan} finds in it. What
 * is written behind that end while the copy is made would be half there and look like damage, so it
 * is left out.
 */
public final class SegmentCopy {
    private SegmentCopy() {}

    /**
     * @param verified a place up to which the records are known to be good
     */
    public static void of(Path journal, Path target, Position verified) throws IOException {
        Files.createDirectories(target);
        NavigableMap<Long, Segment> segments = SegmentFiles.openToRead(journal, FileOpener.real());
        try {
            if (segments.isEmpty()) {
                throw new IOException(journal + " holds no segment of a journal");
            }
            Position first = Position.of(segments.firstKey(), Segment.FIRST_RECORD);
            Position end =
                    Scan.follow(segments, verified.compareTo(first) > 0 ? verified : first, 0)
                            .end();
            for (Segment segment : segments.headMap(end.segment(), true).values()) {
                boolean isLast = segment.number() == end.segment();
                copy(segment, target, isLast ? end.offset() : segment.size());
            }
        } finally {
            SegmentFiles.closeAll(segments);
        }
        Files.copy(journal.resolve("epoch"), target.resolve("epoch"));
    }

    private static void copy(Segment segment, Path target, long octets) throws IOException {
        Path path = target.resolve(segment.path().getFileName());
        try (FileChannel to =
                FileChannel.open(
                        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            for (long at = 0; at < octets; ) {
                at += segment.channel().transferTo(at, octets - at, to.position(at));
            }
            if (octets < segment.size()) {
                // The rest is zeros, as in a segment that was never written so far.
                to.write(java.nio.ByteBuffer.wrap(new byte[1]), segment.size() - 1L);
            }
            to.force(true);
        }
    }
}
