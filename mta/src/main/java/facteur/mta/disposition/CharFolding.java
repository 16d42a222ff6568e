package facteur.mta.disposition;

import java.text.Normalizer;

/**
 * Letters as rules are written: lower case, Latin ones without accents, because one server writes
 * "boîte pleine" and the next "boite pleine". Blanks of all kinds are one blank.
 */
final class CharFolding {
    private CharFolding() {}

    static void append(StringBuilder to, char c) {
        if (c <= ' ' || c == '\u00a0' || c == '\u3000') {
            if (!to.isEmpty() && to.charAt(to.length() - 1) != ' ') {
                to.append(' ');
            }
        } else if (c < 0x80) {
            to.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        } else if (c < 0x250) {
            to.append(latin(Character.toLowerCase(c)));
        } else if (c == '\u2019' || c == '\u2018') {
            to.append('\'');
        } else {
            to.append(Character.toLowerCase(c));
        }
    }

    private static String latin(char c) {
        return switch (c) {
            case 'ß' -> "ss";
            case 'ø' -> "o";
            case 'æ' -> "ae";
            case 'œ' -> "oe";
            case 'ł' -> "l";
            case 'đ', 'ð' -> "d";
            case 'ı' -> "i";
            case '´' -> "'";
            default -> {
                String decomposed =
                        Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
                yield decomposed.substring(0, 1);
            }
        };
    }
}
