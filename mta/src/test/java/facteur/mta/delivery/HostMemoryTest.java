package facteur.mta.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.HostMemory.Leave;
import facteur.mta.delivery.HostMemory.Way;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long a host is left alone, told by the clock of the test alone. */
class HostMemoryTest {
    private static final Way HOST = way("127.0.0.1", "127.0.0.2");
    private static final Evidence REFUSED =
            new Evidence.Failed(Stage.CONNECT, Fault.CONNECTION_REFUSED, "refused");
    private static final Evidence BUSY =
            new Evidence.Answered(Stage.BANNER, Reply.of(421, "too many connections"));

    private long nanos;
    private final HostMemory memory = new HostMemory(() -> nanos);

    private static Way way(String from, String to) {
        return new Way(Optional.of(InetAddress.ofLiteral(from)), InetAddress.ofLiteral(to));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private String ask(Way way) {
        return switch (memory.ask(way)) {
            case Leave.Granted(boolean probe) -> probe ? "probe" : "free";
            case Leave.Down(var _, Duration again) -> "down for " + again.toMillis() + " ms";
        };
    }

    @Test
    void a_host_that_failed_is_left_alone_for_seconds_and_then_probed_by_one() {
        assertEquals("free", ask(HOST));
        memory.failed(HOST, false, REFUSED);
        assertEquals("down for 2000 ms", ask(HOST));
        pass(Duration.ofMillis(1500));
        assertEquals("down for 500 ms", ask(HOST));
        pass(Duration.ofMillis(500));
        assertEquals("probe", ask(HOST));
        for (int i = 0; i < 100; i++) {
            assertEquals("down for 1000 ms", ask(HOST), "one at a time");
        }
        memory.worked(HOST);
        assertEquals("free", ask(HOST));
    }

    @Test
    void only_probes_that_fail_make_the_pause_longer_and_it_has_an_end() {
        memory.failed(HOST, false, REFUSED);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            if (!(memory.ask(HOST) instanceof Leave.Down(var _, Duration again))) {
                throw new AssertionError("it is down");
            }
            pauses.add(again.toSeconds());
            pass(again);
            assertEquals("probe", ask(HOST));
            memory.failed(HOST, true, REFUSED);
        }
        assertEquals(
                List.of(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L, 300L), pauses);
        pass(Duration.ofMinutes(5));
        assertEquals("probe", ask(HOST));
        memory.worked(HOST);
        memory.failed(HOST, false, REFUSED);
        assertEquals("down for 2000 ms", ask(HOST), "success begins anew");
    }

    @Test
    void a_thousand_failures_of_one_moment_are_one() {
        for (int i = 0; i < 1000; i++) {
            memory.failed(HOST, false, REFUSED);
        }
        assertEquals("down for 2000 ms", ask(HOST));
        pass(Duration.ofSeconds(2));
        assertEquals("probe", ask(HOST));
        // One more of those that were begun before: it says nothing about the probe.
        memory.failed(HOST, false, REFUSED);
        assertEquals("down for 1000 ms", ask(HOST));
        memory.failed(HOST, true, REFUSED);
        assertEquals("down for 4000 ms", ask(HOST));
    }

    @Test
    void a_probe_that_is_never_heard_of_again_binds_nobody_for_longer_than_connecting_takes() {
        memory.failed(HOST, false, REFUSED);
        pass(Duration.ofSeconds(2));
        assertEquals("probe", ask(HOST));
        pass(HostMemory.PROBE.minusMillis(1));
        assertEquals("down for 1000 ms", ask(HOST));
        pass(Duration.ofMillis(1));
        assertEquals("probe", ask(HOST));
    }

    @Test
    void a_probe_that_did_not_take_place_is_given_to_the_next() {
        memory.failed(HOST, false, REFUSED);
        pass(Duration.ofSeconds(2));
        assertEquals("probe", ask(HOST));
        memory.released(HOST, false);
        assertEquals("down for 1000 ms", ask(HOST), "by somebody else");
        memory.released(HOST, true);
        assertEquals("probe", ask(HOST));
    }

    @Test
    void what_is_refused_to_one_source_is_open_to_another() {
        memory.failed(HOST, false, REFUSED);
        assertEquals("free", ask(way("127.0.0.9", "127.0.0.2")));
        assertEquals("free", ask(new Way(Optional.empty(), HOST.to())));
    }

    @Test
    void a_host_that_talks_to_us_elsewhere_has_only_had_enough() {
        memory.worked(HOST);
        memory.failed(HOST, false, BUSY);
        assertEquals("free", ask(HOST));
        memory.failed(HOST, false, REFUSED);
        assertEquals("down for 2000 ms", ask(HOST));
        memory.worked(HOST);
        memory.ended(HOST);
        memory.ended(HOST);
        memory.failed(HOST, false, BUSY);
        assertEquals("down for 2000 ms", ask(HOST));
    }

    @Test
    void a_host_that_nobody_asked_for_in_a_long_time_begins_anew() {
        memory.failed(HOST, false, REFUSED);
        pass(Duration.ofMinutes(16));
        assertEquals("free", ask(HOST));
    }
}
