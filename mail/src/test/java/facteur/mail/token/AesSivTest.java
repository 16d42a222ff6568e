package facteur.mail.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.Random;

class AesSivTest {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 5297 A.1. */
    @Test
    void the_vector_of_rfc_5297_comes_out() {
        AesSiv siv =
                new AesSiv(hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
        byte[] datum = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
        byte[] plain = hex("112233445566778899aabbccddee");
        byte[] sealed = hex("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
        for (int again = 0; again < 3; again++) {
            assertArrayEquals(sealed, siv.seal(datum, plain));
            assertArrayEquals(plain, siv.open(datum, sealed).orElseThrow());
        }
    }

    @Test
    void every_length_opens_to_itself_and_to_nothing_with_another_datum() {
        AesSiv siv = new AesSiv(new byte[64]);
        Random random = new Random(5297);
        for (int length = 0; length < 200; length++) {
            byte[] plain = new byte[length];
            random.nextBytes(plain);
            byte[] sealed = siv.seal(new byte[] {1}, plain);
            assertEquals(length + AesSiv.TAG_OCTETS, sealed.length);
            assertArrayEquals(plain, siv.open(new byte[] {1}, sealed).orElseThrow());
            assertTrue(siv.open(new byte[] {2}, sealed).isEmpty());
            assertTrue(siv.open(new byte[0], sealed).isEmpty());
        }
    }

    private static byte[] hex(String text) {
        return HEX.parseHex(text);
    }
}
