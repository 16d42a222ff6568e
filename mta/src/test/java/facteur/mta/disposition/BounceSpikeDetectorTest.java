package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

class BounceSpikeDetectorTest {
    private static final String SITE = "mx.example";
    private static final String TEXT = "user unknown";

    private final BounceSpikeDetector<Integer> jumps = new BounceSpikeDetector<>();
    private int next;

    private void taken(int count) {
        IntStream.range(0, count).forEach(_ -> jumps.other(SITE, next++));
    }

    private List<BounceSpikeDetector.Spike<Integer>> refused(int count) {
        return IntStream.range(0, count).mapToObj(_ -> jumps.hard(SITE, TEXT, next++)).toList();
    }

    @Test
    void a_site_that_took_mail_and_now_refuses_nearly_all_in_the_same_words_is_not_believed() {
        taken(200);
        List<BounceSpikeDetector.Spike<Integer>> findings = refused(40);
        BounceSpikeDetector.Spike<Integer> began = findings.get(29);
        assertTrue(findings.subList(0, 29).stream().allMatch(f -> f.doubted().isEmpty()));
        assertTrue(began.began());
        assertEquals(IntStream.range(200, 230).boxed().toList(), began.doubted());
        assertEquals(List.of(230), findings.get(30).doubted());
        assertFalse(findings.get(30).began());
        assertEquals(Set.of(new BounceSpikeDetector.Wording(SITE, TEXT)), jumps.jumping());
    }

    @Test
    void some_dead_addresses_among_living_ones_are_believed() {
        for (int i = 0; i < 500; i++) {
            taken(4);
            assertTrue(refused(1).getFirst().doubted().isEmpty());
        }
    }

    @Test
    void a_site_that_never_took_anything_is_believed() {
        assertTrue(refused(1000).stream().allMatch(finding -> finding.doubted().isEmpty()));
    }

    @Test
    void different_words_do_not_add_up() {
        taken(200);
        for (int i = 0; i < 50; i++) {
            assertTrue(jumps.hard(SITE, "no such user " + i % 5, next++).doubted().isEmpty());
        }
    }

    @Test
    void once_mail_is_taken_again_bounces_are_believed_again() {
        taken(200);
        refused(60);
        taken(50);
        assertEquals(Set.of(), jumps.jumping());
        assertTrue(refused(1).getFirst().doubted().isEmpty());
    }

    @Test
    void what_is_remembered_has_a_bound() {
        for (int site = 0; site < 20_000; site++) {
            jumps.hard("site" + site, TEXT, site);
        }
        for (int text = 0; text < 20_000; text++) {
            jumps.hard(SITE, "text " + text, text);
        }
        assertEquals(Set.of(), jumps.jumping());
    }
}
