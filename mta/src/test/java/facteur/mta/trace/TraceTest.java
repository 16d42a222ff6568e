package facteur.mta.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class TraceTest {
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");
    private final Trace trace = new Trace(() -> now);

    private void said(String subject, String text) {
        trace.said(subject, subject + ":1", TraceLine.Who.CLIENT, () -> text);
    }

    private Watch.Lines next(String id, long after) throws InterruptedException {
        return trace.next(id, after, Duration.ZERO).orElseThrow();
    }

    @Test
    void only_what_is_watched_is_kept_and_each_line_is_fetched_once() throws Exception {
        String id = trace.watch("192.0.2.1"::equals).orElseThrow();
        said("192.0.2.1", "EHLO app");
        said("192.0.2.2", "EHLO other");
        Watch.Lines first = next(id, 0);
        assertEquals(List.of("EHLO app"), first.lines().stream().map(TraceLine::text).toList());
        said("192.0.2.1", "QUIT");
        Watch.Lines second = next(id, first.next());
        assertEquals(List.of("QUIT"), second.lines().stream().map(TraceLine::text).toList());
        assertEquals(0, second.lost());
        assertTrue(next(id, second.next()).lines().isEmpty());
    }

    @Test
    void nothing_is_made_when_nobody_watches() {
        trace.said("a", "a:1", TraceLine.Who.SERVER, () -> fail("made for nobody"));
    }

    @Test
    void a_slow_watcher_is_told_how_much_he_missed() throws Exception {
        String id = trace.watch(_ -> true).orElseThrow();
        for (int i = 0; i < Watch.KEPT + 30; i++) {
            said("a", "line " + i);
        }
        Watch.Lines lines = next(id, 10);
        assertEquals(Watch.KEPT, lines.lines().size());
        assertEquals(20, lines.lost());
    }

    @Test
    void watches_are_few_and_those_left_alone_make_room() {
        for (int i = 0; i < Trace.WATCHES; i++) {
            assertTrue(trace.watch(_ -> true).isPresent());
        }
        assertTrue(trace.watch(_ -> true).isEmpty());
        now = now.plus(Trace.FORGOTTEN).plusSeconds(1);
        assertTrue(trace.watch(_ -> true).isPresent());
    }

    @Test
    void a_watch_that_nobody_asks_is_dropped_by_what_is_said() throws Exception {
        String id = trace.watch(_ -> true).orElseThrow();
        now = now.plus(Trace.FORGOTTEN).plusSeconds(1);
        said("a", "hello");
        assertTrue(trace.next(id, 0, Duration.ZERO).isEmpty());
    }
}
