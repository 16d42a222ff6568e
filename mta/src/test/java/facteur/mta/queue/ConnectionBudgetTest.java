package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Random;

class ConnectionBudgetTest {
    @Test
    void it_starts_with_five_and_never_exceeds_the_most() {
        assertEquals(5, new ConnectionBudget(10).limit());
        ConnectionBudget two = new ConnectionBudget(2);
        assertEquals(2, two.limit());
        for (int i = 0; i < 1000; i++) {
            two.succeeded();
        }
        assertEquals(2, two.limit());
    }

    @Test
    void it_never_falls_below_one_and_recovers() {
        ConnectionBudget budget = new ConnectionBudget(10);
        for (int i = 0; i < 100; i++) {
            budget.failed();
        }
        assertEquals(1, budget.limit());
        for (int i = 0; i < 100; i++) {
            budget.succeeded();
        }
        assertEquals(10, budget.limit());
    }

    @Test
    void a_site_that_bears_five_connections_defers_a_sixth_at_most() {
        Random random = new Random(5);
        ConnectionBudget budget = new ConnectionBudget(20);
        int deferred = 0;
        int messages = 100_000;
        for (int i = 0; i < messages; i++) {
            // One of the connections under way is tried; those beyond the fifth are refused.
            if (random.nextInt(budget.limit()) >= 5) {
                budget.failed();
                deferred++;
            } else {
                budget.succeeded();
            }
        }
        assertTrue(deferred * 6 <= messages, deferred + " of " + messages + " deferred");
    }
}
