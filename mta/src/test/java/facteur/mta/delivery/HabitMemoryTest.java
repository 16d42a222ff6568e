package facteur.mta.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.SendMode;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;

/** What is remembered of a host's ways, and for how long. */
class HabitMemoryTest {
    private static final InetAddress HOST = InetAddress.ofLiteral("127.0.0.2");
    private static final Evidence WORD =
            new Evidence.Answered(Stage.MAIL, Reply.of(503, "one at a time"));
    private static final Evidence LOST =
            new Evidence.Failed(Stage.MAIL, Fault.CONNECTION_LOST, "closed");

    private long nanos;
    private final HabitMemory memory = new HabitMemory(() -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private boolean allows(String session, SendMode sendMode) {
        return memory.of(HOST, session, true).allowed().contains(sendMode);
    }

    private void learn(HostObservation hostObservation) {
        memory.learnt(HOST, hostObservation);
    }

    private int most() {
        return memory.of(HOST, "x", false).most();
    }

    @Test
    void behind_the_dot_is_tried_by_one_session_once_an_envelope_in_one_piece_has_worked() {
        assertFalse(allows("a", SendMode.BEHIND_THE_DOT));
        assertTrue(allows("a", SendMode.PIPELINED));
        learn(new HostObservation.Bears(SendMode.PIPELINED));
        assertFalse(
                memory.of(HOST, "a", false).allowed().contains(SendMode.BEHIND_THE_DOT),
                "not where nothing is under way");
        assertTrue(allows("a", SendMode.BEHIND_THE_DOT));
        assertTrue(allows("a", SendMode.BEHIND_THE_DOT));
        assertFalse(allows("b", SendMode.BEHIND_THE_DOT), "one at a time");
        learn(new HostObservation.Bears(SendMode.BEHIND_THE_DOT));
        assertTrue(allows("b", SendMode.BEHIND_THE_DOT));
    }

    @Test
    void a_session_that_ends_or_is_silent_lets_the_next_try() {
        learn(new HostObservation.Bears(SendMode.CHUNKED));
        assertTrue(allows("a", SendMode.BEHIND_THE_DOT));
        memory.ended(HOST, "b");
        assertFalse(allows("b", SendMode.BEHIND_THE_DOT));
        memory.ended(HOST, "a");
        assertTrue(allows("b", SendMode.BEHIND_THE_DOT));
        pass(HabitMemory.TRIAL);
        assertTrue(allows("c", SendMode.BEHIND_THE_DOT));
    }

    @Test
    void a_refusal_in_words_is_believed_for_days_and_a_lost_connection_for_one() {
        learn(new HostObservation.Bears(SendMode.PIPELINED));
        learn(new HostObservation.Refuses(SendMode.BEHIND_THE_DOT, LOST));
        learn(new HostObservation.Refuses(SendMode.CHUNKED, WORD));
        pass(HabitMemory.LOST.minusSeconds(1));
        assertFalse(allows("a", SendMode.BEHIND_THE_DOT));
        pass(Duration.ofSeconds(1));
        assertTrue(allows("a", SendMode.BEHIND_THE_DOT));
        assertFalse(allows("a", SendMode.CHUNKED));
        pass(HabitMemory.REFUSED.minus(HabitMemory.LOST));
        assertTrue(allows("a", SendMode.CHUNKED));
    }

    @Test
    void a_host_that_ends_connections_without_a_word_is_learnt_at_the_second_time() {
        learn(new HostObservation.HadEnough(5, LOST));
        assertEquals(Integer.MAX_VALUE, most());
        learn(new HostObservation.HadEnough(3, LOST));
        assertEquals(Integer.MAX_VALUE, most(), "a connection may be lost anywhere");
        learn(new HostObservation.TookUp(4));
        learn(new HostObservation.HadEnough(3, LOST));
        assertEquals(Integer.MAX_VALUE, most(), "it took more in between");
        learn(new HostObservation.HadEnough(3, LOST));
        assertEquals(3, most());
        pass(HabitMemory.LOST);
        assertEquals(Integer.MAX_VALUE, most());
    }

    @Test
    void a_host_that_says_so_is_learnt_at_once_and_tried_again_soon() {
        learn(new HostObservation.HadEnough(1, WORD));
        assertEquals(1, most());
        pass(HabitMemory.ENOUGH);
        assertEquals(Integer.MAX_VALUE, most());
        learn(new HostObservation.HadEnough(1, WORD));
        learn(new HostObservation.TookUp(2));
        assertEquals(Integer.MAX_VALUE, most(), "it took two");
        assertEquals(2, memory.of(HOST, "x", false).depth());
    }

    @Test
    void all_is_forgotten_after_days_of_silence() {
        learn(new HostObservation.Bears(SendMode.PIPELINED));
        learn(new HostObservation.Bears(SendMode.BEHIND_THE_DOT));
        assertTrue(allows("a", SendMode.BEHIND_THE_DOT));
        pass(Duration.ofDays(3));
        assertFalse(allows("a", SendMode.BEHIND_THE_DOT));
    }
}
