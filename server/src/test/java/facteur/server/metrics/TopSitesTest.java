package facteur.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

class TopSitesTest {
    @Test
    void a_site_is_named_once_it_was_met_often_and_only_so_many_are() {
        TopSites sites = new TopSites();
        Map<String, Integer> counted = new HashMap<>();
        int attempts = 0;
        for (int round = 0; round < 3 * TopSites.ENOUGH; round++) {
            for (int site = 0; site < 2 * TopSites.MOST_NAMED; site++) {
                counted.merge(sites.name("site" + site), 1, Integer::sum);
                attempts++;
            }
        }
        assertEquals(TopSites.MOST_NAMED + 1, counted.size());
        assertEquals(attempts, counted.values().stream().mapToInt(n -> n).sum());
        assertEquals(2 * TopSites.ENOUGH + 1, counted.get("site0"));
    }

    @Test
    void sites_that_are_met_once_push_out_none_that_is_named_and_take_no_room() {
        TopSites sites = new TopSites();
        IntStream.range(0, TopSites.ENOUGH).forEach(_ -> sites.name("large"));
        IntStream.range(0, 100_000).forEach(i -> assertEquals("other", sites.name("once" + i)));
        assertEquals("large", sites.name("large"));
    }
}
