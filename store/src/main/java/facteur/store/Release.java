package facteur.store;

import facteur.store.fold.SegmentRow;

import java.time.Instant;
import java.util.SortedMap;

/**
 * Which segments of the journal have had their time.
 *
 * @param free everything before this segment is neither owed nor recent
 * @param aged everything before this segment is not recent, but some of it may still be owed
 */
record Release(long free, long aged) {
    /**
     * Decides from what the views say of each segment.
     *
     * @param segments every segment from the oldest kept to the one that is written
     * @param size octets of a segment
     */
    static Release of(
            SortedMap<Long, SegmentRow> segments, int size, Retention retention, Instant now) {
        long last = segments.lastKey();
        long aged = segments.firstKey();
        long free = aged;
        boolean isFree = true;
        for (var entry : segments.headMap(last).entrySet()) {
            long behind = (last - entry.getKey()) * size;
            boolean recent = entry.getValue().newest().plus(retention.bodies()).isAfter(now);
            if (recent && behind <= retention.bodiesOctets()) {
                break;
            }
            aged = entry.getKey() + 1;
            isFree &= entry.getValue().owed() == 0;
            free = isFree ? aged : free;
        }
        return new Release(free, aged);
    }
}
