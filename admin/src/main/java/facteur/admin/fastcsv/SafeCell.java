package facteur.admin.fastcsv;

import facteur.mail.text.Escaped;

import java.util.regex.Pattern;

/**
 * Cells that a spreadsheet shows and does not run. Characters that act, such as a bidirectional
 * override, are written by their number ({@link Escaped}); what would begin a formula gets an
 * apostrophe before it, and so does what looks like that already, so that the apostrophe can be
 * taken away again from whatever was written here.
 */
final class SafeCell {
    private static final Pattern RUNS = Pattern.compile("'*+[=+\\-@\t\r\n]");
    private static final Pattern NUMBER = Pattern.compile("-[0-9.]+");

    private SafeCell() {}

    static String of(String cell) {
        String shown = Escaped.lines(cell);
        boolean runs = RUNS.matcher(shown).lookingAt() && !NUMBER.matcher(shown).matches();
        return runs ? "'" + shown : shown;
    }

    /** What {@link #of} was given. */
    static String read(String cell) {
        boolean marked = cell.startsWith("'") && RUNS.matcher(cell).lookingAt();
        return Escaped.read(marked ? cell.substring(1) : cell);
    }
}
