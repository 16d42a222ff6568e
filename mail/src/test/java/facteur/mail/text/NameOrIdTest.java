package facteur.mail.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class NameOrIdTest {
    @Test
    void a_bare_word_is_a_name_and_a_number_is_marked() {
        assertEquals(Optional.of(new NameOrId.Name("1")), NameOrId.parse("1"));
        assertEquals(Optional.of(new NameOrId.Id(1)), NameOrId.parse("id:1"));
        assertEquals(Optional.of(new NameOrId.Name("id:1")), NameOrId.parse("name:id:1"));
        assertEquals(Optional.of(new NameOrId.Name("name:x")), NameOrId.parse("name:name:x"));
        assertEquals(Optional.of(new NameOrId.Name("ID:1")), NameOrId.parse("ID:1"));
        for (String wrong : List.of("", "id:", "id:x", "id:-1", "id:1 ", "id:" + "9".repeat(19))) {
            assertEquals(Optional.empty(), NameOrId.parse(wrong), wrong);
        }
    }

    @Test
    void every_name_is_read_back_from_what_is_written() {
        for (String name :
                List.of("1", "id:1", "name:", "name:id:1", "a/b", ".", "..", "caf\u00e9", "id:x")) {
            NameOrId.Name called = new NameOrId.Name(name);
            assertEquals(Optional.of(called), NameOrId.parse(called.toString()), name);
        }
    }

    @Test
    void one_word_in_two_ways_to_store_it_is_one_name() {
        assertEquals(NameOrId.parse("caf\u00e9"), NameOrId.parse("cafe\u0301"));
    }
}
