package facteur.mail.token;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Octets as text in a power-of-two alphabet (RFC 4648 without padding). Only the canonical form is
 * read back: no stray character, no unused bits, no surplus digit, so one token has one spelling.
 *
 * <p>Two hyphens end a comment of HTML, and so a conditional comment with a link in it. For URLs an
 * underscore is therefore put behind a hyphen before another hyphen or an underscore.
 */
final class TokenAlphabet {
    /** Base64url (RFC 4648 5). */
    static final TokenAlphabet URL =
            new TokenAlphabet(
                    6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /** Base 32 in lower case (RFC 4648 6): mail systems change the case of local parts. */
    static final TokenAlphabet LOCAL_PART =
            new TokenAlphabet(5, "abcdefghijklmnopqrstuvwxyz234567");

    private static final Pattern PARTED = Pattern.compile("-_(?=[-_])");

    private final int bits;
    private final String alphabet;
    private final byte[] values = new byte[256]; // by character

    private TokenAlphabet(int bits, String alphabet) {
        this.bits = bits;
        this.alphabet = alphabet;
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
            if (bits == 5) {
                values[Character.toUpperCase(alphabet.charAt(i))] = (byte) i;
            }
        }
    }

    int length(int octets) {
        return (octets * 8 + bits - 1) / bits;
    }

    String encode(byte[] octets) {
        byte[] text = new byte[length(octets.length)];
        int at = 0;
        int held = 0;
        int have = 0;
        for (byte octet : octets) {
            held = ((held << 8) | (octet & 0xff)) & 0xffff;
            for (have += 8; have >= bits; ) {
                have -= bits;
                text[at++] = (byte) alphabet.charAt((held >>> have) & mask());
            }
        }
        if (have > 0) {
            text[at] = (byte) alphabet.charAt((held << (bits - have)) & mask());
        }
        String digits = new String(text, StandardCharsets.ISO_8859_1);
        return bits == 6 ? parted(digits) : digits;
    }

    /** Without two hyphens in a row. */
    private static String parted(String digits) {
        if (!digits.contains("--") && !digits.contains("-_")) {
            return digits;
        }
        StringBuilder out = new StringBuilder(digits.length() + 8);
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            boolean parts = i > 0 && digits.charAt(i - 1) == '-' && (digit == '-' || digit == '_');
            out.append(parts ? "_" : "").append(digit);
        }
        return out.toString();
    }

    /** The digits alone; with a stray character among them when it is no such text. */
    private static String joined(String text) {
        if (!text.contains("--") && !text.contains("-_")) {
            return text;
        }
        String digits = PARTED.matcher(text).replaceAll("-");
        return parted(digits).equals(text) ? digits : "?";
    }

    /** The octets, or an empty array when {@code text} is not the canonical spelling of any. */
    byte[] decode(String text) {
        String bare = bits == 6 ? joined(text) : text;
        byte[] digits = bare.getBytes(StandardCharsets.ISO_8859_1); // what it lacks becomes "?"
        byte[] octets = new byte[digits.length * bits / 8];
        if (length(octets.length) != digits.length) {
            return new byte[0];
        }
        int i = 0;
        int at = 0;
        int strays = 0; // negative once there was one
        if (bits == 6) {
            // Four digits are three octets, and no group waits for the one before it.
            for (; i + 4 <= digits.length; i += 4) {
                int first = values[digits[i] & 0xff];
                int second = values[digits[i + 1] & 0xff];
                int third = values[digits[i + 2] & 0xff];
                int fourth = values[digits[i + 3] & 0xff];
                strays |= first | second | third | fourth;
                octets[at++] = (byte) ((first << 2) | (second >>> 4));
                octets[at++] = (byte) ((second << 4) | (third >>> 2));
                octets[at++] = (byte) ((third << 6) | fourth);
            }
        }
        int held = 0;
        int have = 0;
        for (; i < digits.length; i++) {
            int value = values[digits[i] & 0xff];
            strays |= value;
            held = ((held << bits) | value) & 0xffff;
            have += bits;
            if (have >= 8) {
                have -= 8;
                octets[at++] = (byte) (held >>> have);
            }
        }
        boolean isCanonical = strays >= 0 && (held & ((1 << have) - 1)) == 0;
        return isCanonical ? octets : new byte[0];
    }

    private int mask() {
        return (1 << bits) - 1;
    }
}
