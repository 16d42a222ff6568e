package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FacteurCommandTest {
    @Test
    void help_of_a_verb_is_found_by_its_noun_and_its_name() {
        String[] asked = FacteurCommand.withHelpBehind("help", "queue", "hold");
        assertArrayEquals(new String[] {"queue", "hold", "--help"}, asked);
        Ran ran = Ran.of(asked);
        assertEquals(0, ran.status());
        assertTrue(ran.out().startsWith("Usage: facteur queue hold"), ran.out());
    }

    @Test
    void other_words_stay_as_they_are() {
        for (String[] words :
                new String[][] {{}, {"help"}, {"queue", "list"}, {"contact", "show", "help"}}) {
            assertArrayEquals(words, FacteurCommand.withHelpBehind(words));
        }
    }
}
