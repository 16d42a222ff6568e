package facteur.mta.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class PoolsTest {
    private static final EgressSource A = source("a", 3);
    private static final EgressSource B = source("b", 1);
    private static final EgressSource C = source("c", 1);
    private static final Pools POOLS =
            new Pools(
                    List.of(A, B, C),
                    List.of(
                            new Pool("bulk", List.of(A, B), Set.of(), Set.of("spring")),
                            new Pool("receipts", List.of(C), Set.of("shop"), Set.of())));

    private static EgressSource source(String name, int weight) {
        return new EgressSource(name, Optional.empty(), name + ".example", weight);
    }

    @Test
    void the_message_chooses_before_its_campaign_and_that_before_its_credential() {
        assertEquals(List.of(C), POOLS.of("shop", "spring", "receipts"));
        assertEquals(List.of(A, B), POOLS.of("shop", "spring", ""));
        assertEquals(List.of(C), POOLS.of("shop", "autumn", ""));
        assertEquals(List.of(A, B, C), POOLS.of("other", "", ""));
        assertEquals(List.of(A, B, C), POOLS.of("other", "", "no such pool"));
    }

    @Test
    void mail_is_spread_by_weight_and_what_belongs_together_stays_together() {
        Map<String, Integer> count = new HashMap<>();
        for (long message = 0; message < 40_000; message++) {
            EgressSource chosen = Pools.choose(List.of(A, B), message << 14);
            assertEquals(chosen, Pools.choose(List.of(A, B), message << 14));
            count.merge(chosen.name(), 1, Integer::sum);
        }
        assertTrue(Math.abs(count.getOrDefault("a", 0) - 30_000) < 600, count::toString);
    }
}
