package facteur.mta.prepare;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The octets of a header field as text. */
final class FieldText {
    private FieldText() {}

    /** UTF-8; where they are not, every octet is a character of Latin-1. */
    static String of(byte[] octets, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, from, to - from))
                    .toString();
        } catch (CharacterCodingException _) {
            return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }

    /** A value on one line (RFC 5322 2.2.3). */
    static String unfolded(String text) {
        return text.replace("\r", "").replace("\n", "");
    }
}
