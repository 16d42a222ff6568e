package facteur.admin.fastcsv;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;

import facteur.admin.web.Response;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes comma-separated values (RFC 4180) that a spreadsheet shows and does not run. */
public final class Csv {
    // Spreadsheets read UTF-8 only behind it.
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int BUFFER = 8192;

    private final CsvWriter out;

    private Csv(Writer out) {
        this.out =
                CsvWriter.builder()
                        // Always: an empty first cell would look like no cell, and one that
                        // begins with # like a comment.
                        .quoteStrategy(QuoteStrategies.ALWAYS)
                        .lineDelimiter(LineDelimiter.CRLF)
                        .bufferSize(BUFFER)
                        .build(out);
    }

    /** Rows of a file. */
    public interface Rows {
        void writeTo(Csv csv) throws IOException;
    }

    /** A download of rows that are written while they are sent. */
    public static Response download(String name, Rows rows) {
        return Response.stream("text/csv; charset=utf-8", out -> write(out, rows))
                .with("Content-Disposition", "attachment; filename=\"" + name + ".csv\"");
    }

    /** A file as spreadsheets take it. */
    static void write(OutputStream out, Rows rows) throws IOException {
        out.write(BYTE_ORDER_MARK);
        write(new OutputStreamWriter(out, StandardCharsets.UTF_8), rows);
    }

    /** The same as characters, without a mark of their encoding. */
    public static void write(Writer out, Rows rows) throws IOException {
        Csv csv = new Csv(out);
        try {
            rows.writeTo(csv);
            csv.out.flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    public void row(List<String> cells) {
        out.writeRecord(cells.stream().map(SafeCell::of).toList());
    }
}
