package facteur.mail.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

class TokenAlphabetTest {
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
        for (TokenAlphabet tokenAlphabet : List.of(TokenAlphabet.URL, TokenAlphabet.LOCAL_PART)) {
            for (int length = 0; length <= LONGEST; length++) {
                byte[] octets = octets(length);
                assertArrayEquals(octets, tokenAlphabet.decode(tokenAlphabet.encode(octets)));
            }
        }
    }

    /** In a whole group of digits and behind the last one. */
    @ParameterizedTest
    @ValueSource(ints = {27, 28, 29})
    void another_character_at_any_place_is_another_spelling_or_none(int length) {
        String text = TokenAlphabet.URL.encode(octets(length));
        for (int place = 0; place < text.length(); place++) {
            for (char c = 0; c < CHARACTERS; c++) {
                String other = text.substring(0, place) + c + text.substring(place + 1);
                byte[] read = TokenAlphabet.URL.decode(other);
                if (read.length > 0) {
                    assertEquals(other, TokenAlphabet.URL.encode(read));
                }
            }
        }
    }

    @Test
    void two_hyphens_never_stand_together_whatever_the_octets() {
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = new byte[random.nextInt(40)];
            byte[] hyphens = {(byte) 0xfb, (byte) 0xef, (byte) 0xbe};
            for (int i = 0; i < octets.length; i++) {
                octets[i] = random.nextInt(8) == 0 ? (byte) random.nextInt(256) : hyphens[i % 3];
                octets[i] |= (byte) (random.nextInt(4) == 0 ? 0xff : 0);
            }
            String text = TokenAlphabet.URL.encode(octets);
            assertFalse(text.contains("--"), text);
            assertArrayEquals(octets, TokenAlphabet.URL.decode(text), text);
        }
    }

    @Test
    void hyphens_are_parted_in_one_way_only() {
        for (String text : List.of("AA--", "A-_A", "AA-_", "A--A", "A-_AA", "AAAA-_", "AAA-_")) {
            assertEquals(0, TokenAlphabet.URL.decode(text).length, text);
        }
        for (String text : List.of("AA-_-", "A-__A", "-_-_-_-", "-____", "AAA-", "-AAA", "_-AA")) {
            byte[] octets = TokenAlphabet.URL.decode(text);
            assertEquals(text, TokenAlphabet.URL.encode(octets));
        }
    }

    @Test
    void what_is_no_digit_is_not_read() {
        for (String text : List.of("AA==", "AAAA=", "AAA?", "AA+/", "AAA\ud83d\ude00", "A A\n")) {
            assertEquals(0, TokenAlphabet.URL.decode(text).length, text);
        }
    }
}
