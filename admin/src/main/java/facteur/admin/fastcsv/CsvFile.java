package facteur.admin.fastcsv;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads comma-separated values as {@link Csv}, spreadsheets and other systems write them: parted by
 * commas, semicolons or tabs, whichever the first line holds, with quotes around what holds those
 * or line breaks. Lines that begin with # are comments.
 */
public final class CsvFile {
    /** Longest row, in characters: more is a quote that is not closed. */
    public static final int MAX_ROW = 1 << 20;

    private static final int FIRST = 8192;
    private static final int MAX_CELLS = 1000;

    private CsvFile() {}

    /**
     * One row.
     *
     * @param line in which it begins, from 1
     * @param cells as they were before {@link Csv} made them harmless
     */
    public record Row(long line, List<String> cells) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /** A row that has no end. */
    public static final class Endless extends IOException {
        private static final long serialVersionUID = 1;

        private final long line;

        Endless(long line, CsvParseException cause) {
            super(
                    "line "
                            + line
                            + ": too long: more than "
                            + MAX_ROW
                            + " characters in one row; is a quote not closed?",
                    cause);
            this.line = line;
        }

        public long line() {
            return line;
        }
    }

    /**
     * Gives every row that holds something, in order, however many there are.
     *
     * @throws Endless when a row is longer than {@link #MAX_ROW}
     */
    public static void read(Reader in, Consumer<Row> rows) throws IOException {
        BufferedReader text = new BufferedReader(in, FIRST);
        char separator = separator(text);
        long next = 1;
        try (CsvReader<CsvRecord> reader =
                CsvReader.builder()
                        .fieldSeparator(separator)
                        .commentStrategy(CommentStrategy.SKIP)
                        .allowExtraFields(true)
                        .allowMissingFields(true)
                        .allowExtraCharsAfterClosingQuote(true)
                        .maxBufferSize(MAX_ROW * 2)
                        .build(
                                CsvRecordHandler.builder()
                                        .maxFields(MAX_CELLS)
                                        .maxFieldSize(MAX_ROW)
                                        .maxRecordSize(MAX_ROW)
                                        .build(),
                                text)) {
            for (CsvRecord record : reader) {
                Row row =
                        new Row(
                                record.getStartingLineNumber(),
                                record.getFields().stream().map(SafeCell::read).toList());
                next = row.line() + lines(record);
                if (!row.cells().stream().allMatch(String::isBlank)) {
                    rows.accept(row);
                }
            }
        } catch (CsvParseException e) {
            throw new Endless(next, e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long lines(CsvRecord record) {
        long breaks = 1;
        for (String cell : record.getFields()) {
            breaks += cell.chars().filter(c -> c == '\n').count();
        }
        return breaks;
    }

    /** Takes a mark of the encoding away, and looks at the first line, which stays to be read. */
    private static char separator(BufferedReader text) throws IOException {
        text.mark(FIRST);
        if (text.read() != '\ufeff') {
            text.reset();
        }
        text.mark(FIRST);
        char found = ',';
        boolean quoted = false;
        for (int i = 0; i < FIRST - 1; i++) {
            int c = text.read();
            if (c < 0 || (!quoted && (c == '\n' || c == '\r'))) {
                break;
            }
            quoted ^= c == '"';
            if (!quoted && (c == ',' || c == ';' || c == '\t')) {
                found = (char) c;
                break;
            }
        }
        text.reset();
        return found;
    }
}
