package facteur.mail.text;

import java.text.Normalizer;
import java.util.Optional;

/**
 * What a text calls something that has a name and a number. A bare word is always a name, also when
 * it consists of digits; a number is written {@code id:7}, and a name that begins with {@code id:}
 * or {@code name:} is written behind {@code name:}. So no name hides a number or another name.
 */
public sealed interface NameOrId {
    String ID = "id:";
    String NAME = "name:";

    /** By its number. */
    record Id(long number) implements NameOrId {
        @Override
        public String toString() {
            return ID + number;
        }
    }

    /** By its name, which is composed (NFC): two ways to store one written word are one name. */
    record Name(String name) implements NameOrId {
        public Name {
            name = composed(name);
        }

        /** Dots alone are steps in the path of an address (RFC 3986 5.2.4). */
        @Override
        public String toString() {
            boolean marked =
                    name.startsWith(ID)
                            || name.startsWith(NAME)
                            || name.equals(".")
                            || name.equals("..");
            return marked ? NAME + name : name;
        }
    }

    /** Empty when no number stands behind {@code id:}, or nothing behind {@code name:}. */
    static Optional<NameOrId> parse(String text) {
        if (text.startsWith(ID)) {
            return number(text.substring(ID.length())).map(Id::new);
        }
        String name = text.startsWith(NAME) ? text.substring(NAME.length()) : text;
        return name.isEmpty() ? Optional.empty() : Optional.of(new Name(name));
    }

    private static Optional<Long> number(String text) {
        boolean digits =
                !text.isEmpty()
                        && text.length() <= 18
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** What is wrong with a text that calls nothing. */
    static String problem(String text) {
        return text.startsWith(ID)
                ? "behind id: stands a number; the name " + text + " is written " + NAME + text
                : "a name has one character at least";
    }

    /** A name in Unicode Normalization Form C. */
    static String composed(String name) {
        return Ascii.is(name) ? name : Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
