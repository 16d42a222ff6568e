package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.store.fold.SegmentRow;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

class ReleaseTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final int SIZE = 10;
    private static final Retention THREE_DAYS =
            new Retention(
                    Duration.ofDays(3), Long.MAX_VALUE, Duration.ofDays(90), Duration.ofDays(700));

    private final SortedMap<Long, SegmentRow> segments = new TreeMap<>();

    private void segment(long number, int daysOld, int owed) {
        segments.put(number, new SegmentRow(NOW.minus(Duration.ofDays(daysOld)), owed, 0));
    }

    private Release release(Retention retention) {
        return Release.of(segments, SIZE, retention, NOW);
    }

    @Test
    void what_is_old_and_not_owed_goes() {
        segment(4, 9, 0);
        segment(5, 4, 0);
        segment(6, 2, 0);
        segment(7, 0, 0);
        assertEquals(new Release(6, 6), release(THREE_DAYS));
    }

    @Test
    void what_is_owed_stays_however_old_it_is() {
        segment(4, 900, 0);
        segment(5, 800, 1);
        segment(6, 700, 0);
        segment(7, 0, 0);
        assertEquals(new Release(5, 7), release(THREE_DAYS));
    }

    @Test
    void the_segment_that_is_written_stays() {
        segment(4, 900, 0);
        assertEquals(new Release(4, 4), release(THREE_DAYS));
    }

    @Test
    void segments_without_messages_are_as_old_as_those_before_them() {
        segment(4, 9, 0);
        segments.put(5L, SegmentRow.NONE);
        segment(6, 1, 0);
        segment(7, 0, 0);
        assertEquals(new Release(6, 6), release(THREE_DAYS));
    }

    @Test
    void beyond_their_octets_recent_bodies_go_too_but_never_what_is_owed() {
        for (int i = 0; i < 10; i++) {
            segment(i, 0, i == 3 ? 1 : 0);
        }
        Retention small =
                new Retention(Duration.ofDays(3), 40, Duration.ofDays(90), Duration.ofDays(700));
        assertEquals(new Release(3, 5), release(small));
    }
}
