package facteur.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Finds the end of the journal after a stop, however it stopped.
 *
 * <p>From a known good place the records are followed one by one. Where the octets are no record,
 * two things can have happened. A batch was being written when the machine stopped: none of it was
 * acknowledged, whatever of it reached the disk, and the journal ends here. Or octets that were
 * once durable have changed: then an intact record further on says so, since every record names
 * what was durable when it was written; if that lies beyond the bad place, the bad place was
 * acknowledged. It is reported and stepped over, never silently, and the records behind it count.
 *
 * <p>Stale octets cannot be mistaken for records: those of a recycled segment name another
 * position, those behind a tail that was cut earlier name an older epoch than the record before
 * them.
 */
final class Scan {
    /** Octets that were durable and are no record any more. */
    record Damage(Position from, Position to) {}

    /**
     * @param lastEpoch of the last record, or that given
     */
    record Result(Position end, List<Damage> damage, int lastEpoch) {}

    private static final int SEARCH_BLOCK = 1 << 20;
    private static final ByteBuffer UNUSED = ByteBuffer.allocate(1 << 12).asReadOnlyBuffer();

    private Scan() {}

    /**
     * @param segments by number; contiguous from the one of {@code from} on
     */
    static Result follow(NavigableMap<Long, Segment> segments, Position from, int epochBefore)
            throws IOException {
        List<Damage> damage = new ArrayList<>();
        Position at = from;
        int epoch = epochBefore;
        while (true) {
            Optional<Segment.FoundRecord> found = recordAt(segments, at, epoch);
            if (found.isPresent()) {
                epoch = found.get().header().epoch();
                at = after(at, found.get().header());
                continue;
            }
            Optional<Position> next = provesDamage(segments, at, epoch);
            if (next.isEmpty()) {
                return new Result(at, damage, epoch);
            }
            damage.add(new Damage(at, next.get()));
            at = next.get();
        }
    }

    /** Where the record after this one begins. */
    static Position after(Position at, RecordHeader header) {
        return header.kind() == RecordHeader.END
                ? Position.of(at.segment() + 1, Segment.FIRST_RECORD)
                : Position.of(at.segment(), at.offset() + RecordHeader.occupied(header.length()));
    }

    private static Optional<Segment.FoundRecord> recordAt(
            NavigableMap<Long, Segment> segments, Position at, int epoch) throws IOException {
        Segment segment = segments.get(at.segment());
        if (segment == null) {
            return Optional.empty();
        }
        return segment.read(at.offset()).filter(record -> record.header().epoch() >= epoch);
    }

    /**
     * The first intact record behind {@code bad}, when it or one that follows was written after
     * {@code bad} had become durable.
     */
    private static Optional<Position> provesDamage(
            NavigableMap<Long, Segment> segments, Position bad, int epoch) throws IOException {
        Optional<Position> first = Optional.empty();
        // Between a torn batch and its end lies less than a segment: looking into the next one is
        // enough.
        for (Segment segment :
                segments.subMap(bad.segment(), true, bad.segment() + 1, true).values()) {
            int offset =
                    segment.number() == bad.segment() ? bad.offset() + 8 : Segment.FIRST_RECORD;
            Optional<FoundAt> found = search(segment, offset, epoch);
            while (found.isPresent()) {
                Position place = Position.of(segment.number(), found.get().offset());
                first = first.isPresent() ? first : Optional.of(place);
                if (found.get().header().durable() > bad.value()) {
                    return first;
                }
                int behind =
                        found.get().offset() + RecordHeader.occupied(found.get().header().length());
                found = search(segment, behind, epoch);
            }
        }
        return Optional.empty();
    }

    private record FoundAt(int offset, RecordHeader header) {}

    /**
     * The first intact record of the segment at or after {@code from}. Looks at eight octets in
     * eight before it reads a record; what was never used is passed over by the page, since most of
     * a segment is that when a server starts.
     */
    private static Optional<FoundAt> search(Segment segment, int from, int epoch)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate(SEARCH_BLOCK);
        for (int start = from;
                start + RecordHeader.SIZE <= segment.size();
                start += SEARCH_BLOCK - RecordHeader.SIZE) {
            block.clear().limit(Math.min(SEARCH_BLOCK, segment.size() - start));
            if (!Segment.readFully(segment.channel(), block, start)) {
                return Optional.empty();
            }
            block.flip();
            int i = 0;
            while (i + RecordHeader.SIZE <= block.limit()) {
                if (isUnused(block, i + 8)) {
                    i += UNUSED.capacity();
                    continue;
                }
                if (block.getLong(i + 8) == Position.of(segment.number(), start + i).value()) {
                    Optional<Segment.FoundRecord> record =
                            segment.read(start + i).filter(r -> r.header().epoch() >= epoch);
                    if (record.isPresent()) {
                        return Optional.of(new FoundAt(start + i, record.get().header()));
                    }
                }
                i += 8;
            }
        }
        return Optional.empty();
    }

    /** Whether a page of zeros begins there; no position of a record is zero. */
    private static boolean isUnused(ByteBuffer block, int from) {
        return from + UNUSED.capacity() <= block.limit()
                && block.get(from + 7) == 0
                && block.slice(from, UNUSED.capacity()).equals(UNUSED);
    }
}
