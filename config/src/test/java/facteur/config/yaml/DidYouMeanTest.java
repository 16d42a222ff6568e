package facteur.config.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class DidYouMeanTest {
    @Test
    void a_misspelt_word_is_recognised() {
        List<String> known = List.of("limit", "after", "robots");
        assertEquals(Optional.of("limit"), DidYouMean.to("limt", known));
        assertEquals(Optional.of("robots"), DidYouMean.to("robot", known));
        assertEquals(Optional.of("to"), DidYouMean.to("tp", List.of("to")));
    }

    @Test
    void what_shares_no_letter_was_not_meant() {
        assertEquals(Optional.empty(), DidYouMean.to("x", List.of("q")));
        assertEquals(Optional.empty(), DidYouMean.to("2", List.of("1", "0")));
        assertEquals(Optional.empty(), DidYouMean.to("no", List.of("1", "up")));
        assertEquals(Optional.empty(), DidYouMean.to("", List.of("q")));
    }
}
