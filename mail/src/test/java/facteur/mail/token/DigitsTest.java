package facteur.mail.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

class DigitsTest {
    private static final int LONGEST = 40;
    private static final int CHARACTERS = 0x200; // beyond what one octet holds

    private final Random random = new Random(3);

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    @Test
    void octets_of_every_length_come_back() {
        for (Digits digits : List.of(Digits.URL, Digits.LOCAL_PART)) {
            for (int length = 0; length <= LONGEST; length++) {
                byte[] octets = octets(length);
                assertArrayEquals(octets, digits.decode(digits.encode(octets)));
            }
        }
    }

    /** In a whole group of digits and behind the last one. */
    @ParameterizedTest
    @ValueSource(ints = {27, 28, 29})
    void another_character_at_any_place_is_another_spelling_or_none(int length) {
        String text = Digits.URL.encode(octets(length));
        for (int place = 0; place < text.length(); place++) {
            for (char c = 0; c < CHARACTERS; c++) {
                String other = text.substring(0, place) + c + text.substring(place + 1);
                byte[] read = Digits.URL.decode(other);
                if (read.length > 0) {
                    assertEquals(other, Digits.URL.encode(read));
                }
            }
        }
    }

    @Test
    void what_is_no_digit_is_not_read() {
        for (String text : List.of("AA==", "AAAA=", "AAA?", "AA+/", "AAA\ud83d\ude00", "A A\n")) {
            assertEquals(0, Digits.URL.decode(text).length, text);
        }
    }
}
