package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;

class ReturnBudgetTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("192.0.2.99");
    private static final InetAddress OTHER = InetAddress.ofLiteral("198.51.100.1");
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1 << 20;

    private final ReturnBudget budget = new ReturnBudget(ReturnBudget.Limits.DEFAULTS);

    private int brought(InetAddress client, long octets, long nowNanos) {
        int mails = 0;
        while (mails < 100_000 && budget.refusal(client, nowNanos).isEmpty()) {
            budget.brought(client, octets, nowNanos);
            mails++;
        }
        return mails;
    }

    @Test
    void a_network_brings_a_burst_and_then_as_much_as_leaks_out() {
        assertEquals(32, brought(ONE, MIB, 0));
        assertTrue(budget.refusal(NEIGHBOUR, 0).orElseThrow().startsWith("451 4.7.1"));
        assertEquals(32, brought(OTHER, MIB, 0), "others are not affected");
        assertEquals(5, brought(ONE, MIB, 10 * SECOND), "512 KiB a second");
        assertEquals(32, brought(ONE, MIB, 3600 * SECOND));
    }

    @Test
    void small_mails_cost_their_overhead() {
        assertEquals(4096, brought(ONE, 100, 0));
    }

    @Test
    void what_is_in_memory_is_bounded() {
        int held = 0;
        while (budget.hold(1 << 20)) {
            held++;
        }
        assertEquals(32, held);
        assertTrue(budget.refusal(OTHER, 0).orElseThrow().startsWith("452 4.3.1"));
        assertFalse(budget.hold(1));
        budget.release(1 << 20);
        assertTrue(budget.refusal(OTHER, 0).isEmpty());
    }
}
