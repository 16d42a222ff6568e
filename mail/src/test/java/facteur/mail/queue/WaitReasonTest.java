package facteur.mail.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class WaitReasonTest {
    /** Programs and rules of alarms know them. */
    @Test
    void the_words_for_programs_stay() {
        assertEquals("resolver_silent", new WaitReason.ResolverSilent(AT, "", AT).key());
        assertEquals("deferred", new WaitReason.Deferred(1, "", AT).key());
        assertEquals(
                List.of(
                        "held",
                        "suspended",
                        "probing",
                        "source_unusable",
                        "hosts_down",
                        "rate",
                        "new_connections",
                        "connections",
                        "connection_budget",
                        "connecting",
                        "turn"),
                WaitReason.AtPath.keys());
    }

    private static final java.time.Instant AT = java.time.Instant.EPOCH;
}
