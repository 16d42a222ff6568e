package facteur.testkit.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;

/** Takes a MIME part's transfer encoding away (RFC 2045 6), forgiving what mail readers forgive. */
final class TransferDecoding {
    private TransferDecoding() {}

    static byte[] decode(byte[] body, String encoding) {
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "base64" -> Base64.getMimeDecoder().decode(body);
            case "quoted-printable" -> quotedPrintable(body);
            default -> body;
        };
    }

    /** The charset of that name, or UTF-8 when nobody knows it. */
    static Charset charset(String name) {
        try {
            return name.isBlank() ? StandardCharsets.UTF_8 : Charset.forName(name.strip());
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return StandardCharsets.UTF_8; // links are ASCII in every charset met in mail
        }
    }

    private static byte[] quotedPrintable(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int i = 0;
        while (i < body.length) {
            if (body[i] != '=') {
                out.write(body[i++]);
                continue;
            }
            int end = softBreak(body, i + 1);
            int high = i + 2 < body.length ? Character.digit(body[i + 1], 16) : -1;
            int low = i + 2 < body.length ? Character.digit(body[i + 2], 16) : -1;
            if (end > 0) {
                i = end;
            } else if (high >= 0 && low >= 0) {
                out.write(high << 4 | low);
                i += 3;
            } else {
                out.write(body[i++]);
            }
        }
        return out.toByteArray();
    }

    /** Where the next line begins, when the rest of this one is blank; else -1. */
    private static int softBreak(byte[] body, int from) {
        int i = from;
        while (i < body.length && (body[i] == ' ' || body[i] == '\t' || body[i] == '\r')) {
            i++;
        }
        if (i == body.length) {
            return i;
        }
        return body[i] == '\n' ? i + 1 : -1;
    }
}
