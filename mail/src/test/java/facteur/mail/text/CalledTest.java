package facteur.mail.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class CalledTest {
    @Test
    void a_bare_word_is_a_name_and_a_number_is_marked() {
        assertEquals(Optional.of(new Called.Name("1")), Called.parse("1"));
        assertEquals(Optional.of(new Called.Id(1)), Called.parse("id:1"));
        assertEquals(Optional.of(new Called.Name("id:1")), Called.parse("name:id:1"));
        assertEquals(Optional.of(new Called.Name("name:x")), Called.parse("name:name:x"));
        assertEquals(Optional.of(new Called.Name("ID:1")), Called.parse("ID:1"));
        for (String wrong : List.of("", "id:", "id:x", "id:-1", "id:1 ", "id:" + "9".repeat(19))) {
            assertEquals(Optional.empty(), Called.parse(wrong), wrong);
        }
    }

    @Test
    void every_name_is_read_back_from_what_is_written() {
        for (String name :
                List.of("1", "id:1", "name:", "name:id:1", "a/b", ".", "..", "caf\u00e9", "id:x")) {
            Called.Name called = new Called.Name(name);
            assertEquals(Optional.of(called), Called.parse(called.toString()), name);
        }
    }

    @Test
    void one_word_in_two_ways_to_store_it_is_one_name() {
        assertEquals(Called.parse("caf\u00e9"), Called.parse("cafe\u0301"));
    }
}
