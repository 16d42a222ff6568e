package facteur.mail.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EscapedTest {
    @Test
    void every_character_that_acts_is_shown_by_its_number() {
        int escaped = 0;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = "a" + new String(Character.toChars(c)) + "b";
            String shown = Escaped.line(text);
            int type = Character.getType(c);
            boolean joins = c == 0x200c || c == 0x200d;
            boolean acts =
                    type == Character.CONTROL
                            || (type == Character.FORMAT && !joins)
                            || type == Character.LINE_SEPARATOR
                            || type == Character.PARAGRAPH_SEPARATOR
                            || type == Character.SURROGATE;
            assertEquals(!acts, shown.equals(text), Integer.toHexString(c));
            assertTrue(shown.codePoints().noneMatch(Escaped::acts), () -> "still acts: " + shown);
            escaped += acts ? 1 : 0;
        }
        assertTrue(escaped > 2000, escaped + " characters");
    }

    @Test
    void bidirectional_controls_are_among_them() {
        int[] bidirectional = {
            0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068,
            0x2069
        };
        for (int c : bidirectional) {
            assertEquals(
                    String.format("x\\u%04xy", c),
                    Escaped.line("x" + new String(Character.toChars(c)) + "y"));
        }
        for (int c : new int[] {0x00ad, 0x200b, 0x2060, 0xfeff, 0x1b, 0x9b, 0x7f, 0x2028}) {
            assertTrue(Escaped.acts(c), Integer.toHexString(c));
        }
        assertEquals("\\udb40\\udc41", Escaped.line("\udb40\udc41"), "a tag of plane 14");
    }

    @Test
    void what_people_write_stays_as_it_is() {
        for (String text :
                new String[] {
                    "",
                    "550 5.1.1 No such user",
                    "Adresse refusée",
                    "\u05e9\u05dc\u05d5\u05dd",
                    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                    "\ud83d\udc69\u200d\ud83d\udcbb",
                    "e\u0301"
                }) {
            assertEquals(text, Escaped.line(text));
        }
    }

    @Test
    void lines_keep_their_breaks() {
        assertEquals("a\\u000ab\\u0009", Escaped.line("a\nb\t"));
        assertEquals("a\nb\t\\u001b[2J", Escaped.lines("a\nb\t\u001b[2J"));
        assertFalse(Escaped.lines("a\u2028b").contains("\u2028"));
    }

    @Test
    void what_is_shown_is_read_back() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (Character.getType(c) != Character.SURROGATE) {
                String text = "a" + new String(Character.toChars(c)) + "\\\"b";
                assertEquals(text, Escaped.read(Escaped.line(text)), Integer.toHexString(c));
            }
        }
        for (String other :
                new String[] {
                    "\\u0041", "\\\\u202e", "\\u202", "\\ud83d", "\\ud83d\\ude00", "\\", "a\\u"
                }) {
            assertEquals(other, Escaped.read(other));
        }
    }
}
