package facteur.admin.fastcsv;

import java.util.regex.Pattern;

/**
 * Cells that a spreadsheet shows and does not run: what would begin a formula gets an apostrophe
 * before it, and so does what looks like that already, so that the apostrophe can be taken away
 * again from whatever was written here.
 */
final class SafeCell {
    private static final Pattern RUNS = Pattern.compile("'*+[=+\\-@\t\r\n]");
    private static final Pattern NUMBER = Pattern.compile("-[0-9.]+");

    private SafeCell() {}

    static String of(String cell) {
        boolean runs = RUNS.matcher(cell).lookingAt() && !NUMBER.matcher(cell).matches();
        return runs ? "'" + cell : cell;
    }

    /** What {@link #of} was given. */
    static String read(String cell) {
        return cell.startsWith("'") && RUNS.matcher(cell).lookingAt() ? cell.substring(1) : cell;
    }
}
