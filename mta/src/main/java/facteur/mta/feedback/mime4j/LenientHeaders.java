package facteur.mta.feedback.mime4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Header fields in plain text, read more leniently than RFC 5322 3.6 has it: some reports fold
 * without indenting, some indent everything.
 */
public final class LenientHeaders {
    private LenientHeaders() {}

    /** Reads up to the first blank line that follows a field. */
    static List<DecodedField> read(String block, int most) {
        List<DecodedField> headers = new ArrayList<>();
        for (List<DecodedField> group : groups(block, most)) {
            headers.addAll(group);
            break;
        }
        return headers;
    }

    /**
     * Reads groups of fields, separated by blank lines, as {@code message/delivery-status} has them
     * (RFC 3464 2.1).
     *
     * @param most fields altogether
     */
    public static List<List<DecodedField>> groups(String text, int most) {
        List<List<DecodedField>> groups = new ArrayList<>();
        List<DecodedField> group = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        int count = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (count > most) {
                break;
            }
            if (line.isBlank()) {
                count += add(group, field);
                if (!group.isEmpty()) {
                    groups.add(List.copyOf(group));
                    group.clear();
                }
            } else if (startsField(line)) {
                count += add(group, field);
                field.append(line);
            } else if (!field.isEmpty()) {
                field.append(' ').append(line.strip());
            }
        }
        add(group, field);
        if (!group.isEmpty()) {
            groups.add(List.copyOf(group));
        }
        return groups;
    }

    private static boolean startsField(String line) {
        int colon = line.indexOf(':');
        if (colon <= 0 || !Character.isLetter(line.charAt(0))) {
            return false;
        }
        for (int i = 0; i < colon; i++) {
            char c = line.charAt(i);
            if (!(Character.isLetterOrDigit(c) || c == '-') || c >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static int add(List<DecodedField> group, StringBuilder field) {
        if (field.isEmpty()) {
            return 0;
        }
        String text = field.toString();
        field.setLength(0);
        int colon = text.indexOf(':');
        group.add(
                new DecodedField(
                        text.substring(0, colon).toLowerCase(Locale.ROOT),
                        DecodedField.decoded(text.substring(colon + 1))));
        return 1;
    }

    static String unfold(String value) {
        return value.indexOf('\n') < 0 ? value : value.replaceAll("\\r?\\n[ \\t]*", " ");
    }
}
