package facteur.mail.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AsciiTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no such user|no such user",
                "Boîte aux lettres inexistante, été|Boite aux lettres inexistante, ete",
                "Empfänger unbekannt, Grüße|Empfanger unbekannt, Grusse",
                "“Łódź” – l’œuvre…|\"Lodz\" - l'oeuvre...",
                "ﬁn ½|fin 1?2",
                "用户不存在 550|????? 550",
                "\ud83d\udce7 full|? full"
            })
    void words_stay_readable_and_the_rest_is_a_question_mark(String text, String ascii) {
        assertEquals(ascii, Ascii.of(text));
    }

    @Test
    void no_character_yields_anything_beyond_ascii() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = Character.toString(c);
            assertTrue(Ascii.is(Ascii.of(text)), () -> "character " + text.codePointAt(0));
            assertEquals(c < 0x80, Ascii.is(text));
        }
    }
}
