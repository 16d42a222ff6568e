package facteur.mta.feedback.mime4j;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;

/** Octets to text, with the charset named, or the one they look like. */
final class Charsets {
    private Charsets() {}

    static String decode(byte[] octets, @Nullable String name) {
        Charset charset =
                named(name)
                        .filter(c -> !c.equals(StandardCharsets.US_ASCII))
                        .orElseGet(() -> guess(octets));
        return new String(octets, charset);
    }

    private static Optional<Charset> named(@Nullable String name) {
        if (name == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(name.strip()));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
            return Optional.empty(); // then the octets must speak for themselves
        }
    }

    private static Charset guess(byte[] octets) {
        if (hasJapaneseEscape(octets)) {
            return Charset.isSupported("ISO-2022-JP")
                    ? Charset.forName("ISO-2022-JP")
                    : StandardCharsets.ISO_8859_1;
        }
        return isUtf8(octets) ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    }

    private static boolean hasJapaneseEscape(byte[] octets) {
        for (int i = 0; i + 2 < octets.length; i++) {
            if (octets[i] == 0x1b
                    && octets[i + 1] == '$'
                    && (octets[i + 2] == 'B' || octets[i + 2] == '@')) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUtf8(byte[] octets) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(octets));
            return true;
        } catch (CharacterCodingException _) {
            return false; // some single-octet code, then
        }
    }
}
