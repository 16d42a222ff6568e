package facteur.mail.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

class CampaignNameTest {
    @ParameterizedTest
    @CsvSource({
        "spring, spring",
        "a\u202eb, a b",
        "\u2066a\u2069, a",
        "cafe\u0301, caf\u00e9",
        "a\tb, a b",
        "a\u200db, a\u200db"
    })
    void one_written_word_is_one_name(String written, String kept) {
        assertEquals(kept, CampaignName.of(written));
    }

    @Test
    void a_name_that_is_kept_is_found_by_itself() {
        Random random = new Random(4);
        int[] alphabet = {'a', ' ', '\t', 0x202e, 0x301, 0xe9, 'e', 0x1f4e8, 0xd83d, 0x2028, '/'};
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = round % 2 == 0 ? random.nextInt(8) : 250 + random.nextInt(10);
            for (int i = 0; i < length; i++) {
                text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
            }
            String kept = CampaignName.of(text.toString());
            assertEquals(kept, CampaignName.of(kept), () -> Escaped.line(text.toString()));
        }
    }
}
