package facteur.admin.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes comma-separated values (RFC 4180) that a spreadsheet shows and does not run: a cell that
 * would begin a formula gets an apostrophe before it.
 */
public final class Csv {
    private static final String FORMULA = "=+-@\t\r\n";
    // Spreadsheets read UTF-8 only behind it.
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final OutputStream out;

    /** Begins a file. */
    public Csv(OutputStream out) throws IOException {
        this.out = out;
        out.write(BYTE_ORDER_MARK);
    }

    /** A download of rows that are written while they are sent. */
    public static Response download(String name, Response.Body body) {
        return Response.stream("text/csv; charset=utf-8", body)
                .with("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
    }

    public void row(List<String> cells) throws IOException {
        StringBuilder line = new StringBuilder();
        for (String cell : cells) {
            if (!line.isEmpty()) {
                line.append(',');
            }
            line.append(quoted(harmless(cell)));
        }
        out.write(line.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String harmless(String cell) {
        boolean runs = !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0;
        return runs && !isNumber(cell) ? "'" + cell : cell;
    }

    private static boolean isNumber(String cell) {
        return cell.length() > 1
                && cell.charAt(0) == '-'
                && cell.chars().skip(1).allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static String quoted(String cell) {
        // Always quoted: an empty first cell would look like no cell.
        return '"' + cell.replace("\"", "\"\"") + '"';
    }
}
