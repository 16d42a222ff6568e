package facteur.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A piece of a segment in memory, so that records which are read one after the other are not read
 * from the file one by one. What it holds may be stale once more is written: it is for one reading
 * of what was there before.
 */
final class SegmentWindow {
    private static final long NONE = -1;

    private final int octets;
    private ByteBuffer held = ByteBuffer.allocate(0);
    private long segment = NONE;
    private int from;

    /** What it shows pieces of. */
    interface Source {
        long number();

        int size();

        /** Fills {@code to} with what stands from {@code from} on, as far as there is any. */
        void read(ByteBuffer to, long from) throws IOException;
    }

    /**
     * @param octets how many are read at a time; more when a record needs them
     */
    SegmentWindow(int octets) {
        this.octets = octets;
    }

    /**
     * What stands in the segment from {@code offset} on: at least {@code needed} octets, where the
     * file has so many. Valid until the next call.
     */
    ByteBuffer at(Source of, int offset, int needed) throws IOException {
        if (!holds(of, offset, needed)) {
            fill(of, offset, needed);
        }
        return held.duplicate().position(offset - from);
    }

    private boolean holds(Source of, int offset, int needed) {
        return of.number() == segment && offset >= from && offset - from + needed <= held.limit();
    }

    private void fill(Source of, int offset, int needed) throws IOException {
        int wanted = Math.max(needed, Math.min(octets, of.size() - offset));
        held = held.capacity() < wanted ? ByteBuffer.allocate(wanted) : held.clear().limit(wanted);
        of.read(held, offset); // the file may be shorter
        held.flip();
        segment = of.number();
        from = offset;
    }
}
