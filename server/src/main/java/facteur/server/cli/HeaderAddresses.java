package facteur.server.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of a header field (RFC 5322 3.4): what stands in angle brackets, or alone; quoted
 * texts, comments and names of groups are passed over.
 */
final class HeaderAddresses {
    private HeaderAddresses() {}

    static List<String> of(String field) {
        List<String> found = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        boolean angle = false;
        boolean bracketed = false;
        int i = 0;
        while (i < field.length()) {
            char c = field.charAt(i);
            switch (c) {
                case '(' -> i = endOfComment(field, i);
                case '"' -> {
                    int end = endOfQuoted(field, i);
                    text.append(field, i, end + 1);
                    i = end;
                }
                case '<' -> {
                    text.setLength(0); // what stood before is a name
                    angle = true;
                    bracketed = true;
                }
                case '>' -> angle = false;
                case ':' -> {
                    if (angle) {
                        text.append(c);
                    } else {
                        text.setLength(0); // the name of a group
                    }
                }
                case ',', ';' -> {
                    add(found, text, bracketed);
                    bracketed = false;
                }
                default -> {
                    if (!bracketed || angle) {
                        text.append(c);
                    }
                }
            }
            i++;
        }
        add(found, text, bracketed);
        return found;
    }

    private static void add(List<String> found, StringBuilder text, boolean bracketed) {
        String address = text.toString().strip();
        text.setLength(0);
        // A name without an address is none; a lone word is a user of this machine.
        boolean alone =
                address.indexOf(' ') < 0 || (address.startsWith("\"") && address.contains("\"@"));
        if (!address.isEmpty() && (bracketed || alone)) {
            found.add(address);
        }
    }

    private static int endOfComment(String field, int from) {
        int depth = 0;
        for (int i = from; i < field.length(); i++) {
            switch (field.charAt(i)) {
                case '\\' -> i++;
                case '(' -> depth++;
                case ')' -> {
                    if (--depth == 0) {
                        return i;
                    }
                }
                default -> {
                    // within
                }
            }
        }
        return field.length();
    }

    private static int endOfQuoted(String field, int from) {
        for (int i = from + 1; i < field.length(); i++) {
            if (field.charAt(i) == '\\') {
                i++;
            } else if (field.charAt(i) == '"') {
                return i;
            }
        }
        return field.length() - 1;
    }
}
