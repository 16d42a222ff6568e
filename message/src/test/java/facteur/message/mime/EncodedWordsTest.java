package facteur.message.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.codec.EncoderUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Ours beside mime4j's. Ours reads the header of every message that is handed in, in time that
 * grows with its length alone, and joins what a sender has cut within a character.
 */
class EncodedWordsTest {
    private static final int TEXTS = 20_000;
    private static final List<String> PIECES =
            List.of(
                    "plain",
                    "Été à la plage",
                    "日本語の件名",
                    "?",
                    "=",
                    "a_b",
                    "x=y",
                    "👩‍👩‍👧",
                    "(comment)",
                    "\"quoted\"",
                    "Sale – 50 %");

    private static String mime4j(String text) {
        return DecoderUtil.decodeEncodedWords(text, DecodeMonitor.SILENT);
    }

    @Test
    void random_texts_read_the_same_in_both() {
        int encoded = 0;
        for (int seed = 0; seed < TEXTS; seed++) {
            Random random = new Random(seed);
            StringBuilder value = new StringBuilder();
            for (int i = random.nextInt(4); i >= 0; i--) {
                String piece = PIECES.get(random.nextInt(PIECES.size()));
                value.append(value.isEmpty() ? "" : " ").append(written(piece, random));
            }
            String text = value.toString();
            encoded += text.contains("?=") ? 1 : 0;
            assertEquals(mime4j(text), EncodedWords.decode(text), () -> "of " + text);
        }
        assertTrue(encoded > TEXTS / 2);
    }

    private static String written(String piece, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> piece.chars().allMatch(c -> c < 0x80) ? piece : word(piece);
            case 1 -> EncoderUtil.encodeEncodedWord(piece, EncoderUtil.Usage.TEXT_TOKEN, 0);
            default -> word(piece);
        };
    }

    private static String word(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
    }

    /** What we read and mime4j 0.8 leaves or garbles. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "=?utf-8?Q?=C3?= =?utf-8?Q?=89t=C3=A9?=|Été",
                "=?utf-8*fr?Q?=C3=89t=C3=A9?=|Été",
                "=?unknown-charset?Q?=C3=89t=C3=A9?=|Été",
                "=?x =?utf-8?Q?=C3=89t=C3=A9?=|=?x Été",
                "=?utf-8?Q?no end|=?utf-8?Q?no end",
                "=?utf-8?X?abc?=|=?utf-8?X?abc?="
            })
    void words_that_senders_get_wrong_are_read(String text, String expected) {
        assertEquals(expected, EncodedWords.decode(text));
    }
}
